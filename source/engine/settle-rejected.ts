import {resubmitAt} from '../domain/backoff.ts';
import {type BatchState, type Rejection, type ReleaseReason, requestsIn} from '../domain/batch.ts';
import {noDemand} from '../domain/ceiling.ts';
import type {AttemptEvent} from '../domain/event.ts';
import {consequenceOf, type Failure} from '../domain/failure.ts';
import {mayProcessFailed} from '../domain/guard.ts';
import type {MaybeBilled} from '../domain/maybe-billed.ts';
import {customIdOf, lineList, takenSince} from '../domain/reconcile.ts';
import {isUnseen, lostWorth, type Remedy, remedyOf} from '../domain/rejection.ts';
import {statusCode} from '../domain/state.ts';
import {attemptEvent, type Ended, type Via} from './attempt.ts';
import type {BatchLaneOptions} from './batch-lane-options.ts';
import {callEvents, shareOut} from './shared-attempt.ts';

/** Requests that fail in one turn: 50,000 at once would keep everybody waiting for a second. */
const failedPerTurn = 250;

/**
 * What follows from a batch that the API refused or lost: its requests go again, those whose lines are bad fail, or
 * a person is asked. Called again and again while it waits for that person. One that a person has given up
 * (`isWanted` is false) is let go without a question. True when the next turn has to go on with it.
 */
export function settleRejected(batch: BatchState, lane: BatchLaneOptions, isWanted = true): boolean {
	const {state, clock, rules} = lane;
	const queue = state.queues[batch.queue];
	if (batch.step !== 'rejected' || !batch.rejection) {
		return false;
	}

	const releases = queue?.releases ?? {};
	const at = clock.now();
	const remedy = remedyOf(batch, releases);
	if (!isWanted) {
		release(batch, lane, 'wiped', null, remedy === 'ask' ? lostWorth(batch) : null);
		return false;
	}

	switch (remedy) {
		case 'wait': {
			const waitsAlready = queue !== undefined && at < queue.submitAt;
			const times = releases['token-limit'] ?? 0;
			release(
				batch,
				lane,
				'token-limit',
				waitsAlready ? queue.submitAt : resubmitAt(times, at, rules.random),
			);
			break;
		}

		case 'quarantine': {
			const {lines, failure} = batch.rejection;
			if (failLines(batch, lines, {...failure, kind: 'invalid_request'}, lane)) {
				return true;
			}

			release(batch, lane, 'bad-line');
			break;
		}

		case 'again':
			release(batch, lane, 'file-lost');
			break;
		case 'ask':
			if (batch.isExcused) {
				// One that nobody saw is looked for again first.
				if (!isUnseen(batch)) {
					release(batch, lane, 'rejected', null, lostWorth(batch));
				}

				break;
			}

			trip(batch, batch.rejection, remedy, lane);
			break;
		case 'policy':
			if (mayProcessFailed(state, lane.settings.guard)) {
				return failWhole(batch, batch.rejection.failure, lane);
			}

			if (batch.isExcused) {
				release(batch, lane, 'rejected');
			} else {
				trip(batch, batch.rejection, remedy, lane);
			}
	}

	return false;
}

function release(
	{shard}: BatchState,
	{record, clock}: BatchLaneOptions,
	reason: ReleaseReason,
	retryAt: number | null = null,
	maybeBilled: MaybeBilled | null = null,
): void {
	record({
		type: 'shard-released',
		at: clock.now(),
		shard,
		reason,
		retryAt,
		...(maybeBilled ? {maybeBilled} : {}),
	});
}

/** The same reason trips the guard once: the next turn finds it tripped. */
function trip(
	{shard}: BatchState,
	{failure}: Rejection,
	remedy: Remedy,
	{state, record, clock}: BatchLaneOptions,
): void {
	if (state.guard.tripped === null) {
		const code = failure.code ?? failure.kind;
		const what = remedy === 'ask' ? 'is lost' : 'failed as a whole';
		record({
			type: 'guard-tripped',
			at: clock.now(),
			reason: `batch ${shard} ${what}: ${code}, ${failure.message}`,
		});
	}
}

function failWhole(batch: BatchState, failure: Failure, lane: BatchLaneOptions): boolean {
	if (failLines(batch, new Array(batch.count).keys(), failure, lane, true)) {
		return true;
	}

	lane.record({
		type: 'batch-collected',
		at: lane.clock.now(),
		shard: batch.shard,
		outcomes: {done: 0, failed: requestsIn(batch), expired: 0, missing: 0},
		aside: {
			unknown: 0,
			duplicate: 0,
			garbled: 0,
			orphans: 0,
			orphanTokens: {input: 0, cached: 0, output: 0},
			orphanPico: 0,
		},
	});
	return false;
}

/** Those that have an outcome from a turn, or a session, before are not failed again. True when some are left. */
function failLines(
	batch: BatchState,
	positions: Iterable<number>,
	given: Failure,
	lane: BatchLaneOptions,
	isWhole = false,
): boolean {
	const {state, clock, record} = lane;
	const now = clock.now();
	// A hold would give the requests back to a queue that a person frees, and the batch would fail again.
	const failure: Failure = consequenceOf(given) === 'hold' ? {...given, kind: 'invalid_request'} : given;
	const startedAt = Math.min(batch.submittedAt ?? now, now);
	const via = {lane: 'batch', batchId: batch.batchId, startedAt, isWhole} as const;
	const outcome = {
		kind: 'failed',
		failure,
		retryHintMs: null,
		requestId: null,
		maybeBilled: false,
		raw: null,
		headers: null,
	} as const;
	const membersAt = lineList(batch);
	const taken = takenSince(batch, state.batches);
	let failed = 0;
	for (const position of positions) {
		const members = membersAt(position);
		const takes = (index: number) =>
			index >= 0 && state.columns.status[index] === statusCode.batched && !taken.has(index);
		if (members.some(takes)) {
			if (failed === failedPerTurn) {
				return true;
			}

			lineEvents(customIdOf(batch.shard, position), members, takes, outcome, via, lane).forEach(record);
			failed++;
		}
	}

	return false;
}

/** One for each request of the line that it fails. */
function lineEvents(
	id: string,
	indexes: Int32Array,
	takes: (index: number) => boolean,
	outcome: Ended & {kind: 'failed'},
	via: Via,
	{state, source, rules, clock}: BatchLaneOptions,
): readonly AttemptEvent[] {
	const now = clock.now();
	if (indexes.length === 1) {
		return [attemptEvent(source.expand(indexes[0]!), outcome, state, rules, now, via, noDemand)];
	}

	const members = Array.from(indexes, index => (index < 0 ? null : source.expand(index)));
	const call = {id, members, body: {}, worst: noDemand};
	const shares = shareOut(members, outcome, rules.sharing);
	return callEvents(call, shares, outcome, state, rules, now, via, {takes});
}
