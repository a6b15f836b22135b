import {readUsage} from '../domain/answer.ts';
import {type BatchState, wasEndedByUs} from '../domain/batch.ts';
import type {AsideCounts, BatchOutcomes} from '../domain/batch-event.ts';
import type {BatchLine} from '../domain/batch-ports.ts';
import {type Demand, noDemand} from '../domain/ceiling.ts';
import {demandOf} from '../domain/demand.ts';
import {estimateTokens} from '../domain/estimate.ts';
import type {AttemptEvent} from '../domain/event.ts';
import type {FailureKind} from '../domain/failure.ts';
import {createOriginFinder} from '../domain/origin.ts';
import {costOf} from '../domain/price.ts';
import {createLedger, customIdOf, lineList, placeLine, takenSince} from '../domain/reconcile.ts';
import type {Request} from '../domain/request.ts';
import {statusCode} from '../domain/state.ts';
import {asSent, attemptEvent, billOf, type Ended} from './attempt.ts';
import type {BatchLaneOptions} from './batch-lane-options.ts';
import {recordOfBatch} from './line-history.ts';
import {callBody} from './prepare-call.ts';
import {callEvents, shareOut} from './shared-attempt.ts';
import {unanswered} from './unanswered.ts';

/** One go at the lines of one batch. */
export type Collection = {
	/** Takes in some lines; resolves when their outcomes are written. Rejects when the disk does not keep odd ones. */
	readonly take: (lines: readonly BatchLine[]) => Promise<void>;
	/** Every position without a line: the batch ended before it ran, or the API left it out. */
	takeUnanswered(): Promise<void>;
	sum(): {readonly outcomes: BatchOutcomes; readonly aside: AsideCounts};
};

/** Outcomes that are recorded before they are written, where no line gives the measure. */
const sliceSize = 256;

export function createCollection(batch: BatchState, lane: BatchLaneOptions, signal: AbortSignal): Collection {
	const {state, source, rules, clock, record} = lane;
	const ledger = createLedger(batch);
	const membersAt = lineList(batch);
	const late = new Set(batch.late);
	const originOf = createOriginFinder(state.epochs);
	let taken = takenSince(batch, state.batches);
	let takenTo = state.lastShard;
	// Its requests may go to another model by now: a person, or a changed spec, may have said so since it was cut.
	const {price} = state.queues[batch.queue] ?? batch.formerQueue!;
	const via = {
		lane: 'batch',
		batchId: batch.batchId,
		// By the API's clock, where it was found and not created in this session: none takes less than no time.
		startedAt: Math.min(batch.submittedAt ?? clock.now(), clock.now()),
		wasEndedByUs: wasEndedByUs(batch),
		queue: batch.queue,
		price,
	} as const;
	const outcomes = {done: 0, failed: 0, expired: 0, missing: 0};
	const orphanTokens = {input: 0, cached: 0, output: 0};
	let orphans = 0;
	let orphanPico = 0n;
	let recorded = 0;
	let hasAside = false;

	/** False when the line belongs aside. */
	function takeLine({customId, outcome}: BatchLine): boolean {
		const position = placeLine(ledger, outcome === null ? null : customId);
		if (position === null || outcome === null) {
			return false;
		}

		if (membersAt(position).every(index => index < 0)) {
			takeOrphan(outcome);
			return false;
		}

		settleLine(position, outcome);
		return true;
	}

	function settleLine(position: number, outcome: Ended): void {
		const members = membersAt(position);
		const isOpen = (index: number) =>
			index >= 0 && state.columns.status[index] === statusCode.batched && !isTakenSince(index);
		if (!members.some(isOpen)) {
			settleAgain(
				position,
				members.filter(index => index >= 0),
				outcome,
			);
		} else if (members.length === 1) {
			settle(asSent(source.expand(members[0]!), state), outcome);
		} else {
			settleShared(position, members, isOpen, outcome);
		}
	}

	function settle(request: Request, outcome: Ended): void {
		const worst = worstOf([request], outcome);
		put(attemptEvent(request, outcome, state, rules, clock.now(), via, worst), request.queue);
	}

	/** Those of its requests that have no outcome get theirs. */
	function settleShared(
		position: number,
		indexes: Int32Array,
		isOpen: (index: number) => boolean,
		outcome: Ended,
	): void {
		const members = Array.from(indexes, index => (index < 0 ? null : asSent(source.expand(index), state)));
		const there = members.filter(member => member !== null);
		const body = callBody(there, rules.sharing);
		const call = {
			id: customIdOf(batch.shard, position),
			members,
			body,
			worst: worstOf(there, outcome),
		};
		const isPaid =
			late.has(position) || indexes.some(index => index >= 0 && !isOpen(index) && !isUnpaid(index));
		const shares = shareOut(members, outcome, rules.sharing);
		const options = {isPaid, takes: isOpen};
		for (const event of callEvents(call, shares, outcome, state, rules, clock.now(), via, options)) {
			put(event, source.queueOf(event.index));
		}
	}

	function put(event: AttemptEvent, queue: number): void {
		record(event);
		recorded++;
		count(event.type === 'attempt-answered', event.type === 'attempt-failed' ? event.failure.kind : null);
		if (
			event.type === 'attempt-failed' &&
			event.sequel === 'hold' &&
			state.queues[queue]!.access !== 'held'
		) {
			record({type: 'queue-held', at: event.at, queue, failure: event.failure});
		}
	}

	/** Shards of other queues may be cut while this one is read: a change of model takes requests there. */
	function isTakenSince(index: number): boolean {
		if (takenTo !== state.lastShard) {
			takenTo = state.lastShard;
			taken = takenSince(batch, state.batches);
		}

		return taken.has(index);
	}

	/** On record already, by a session that did not come to the end of the file; or they went on without it. */
	function settleAgain(position: number, indexes: Int32Array, outcome: Ended): void {
		if (outcome.kind === 'answered' && !late.has(position) && indexes.every(isUnpaid)) {
			takeLate(position, indexes, outcome);
		}

		const kind = outcome.kind === 'failed' ? outcome.failure.kind : null;
		for (const index of indexes) {
			const isKnown =
				state.columns.status[index] === statusCode.done || state.unjudged.has(index) || wasRound(index);
			const isDone = kind === null && isKnown;
			// A late one gave its request nothing.
			count(isDone && !late.has(position), late.has(position) ? 'expired' : kind);
		}
	}

	/** Its answer is on record as one of several rounds: the request goes on. */
	function wasRound(index: number): boolean {
		const known = rules.rounds === null ? null : recordOf(index);
		return known !== null && known !== 'unknown' && known.type === 'attempt-answered';
	}

	function recordOf(index: number): ReturnType<typeof recordOfBatch> {
		return recordOfBatch(index, batch.batchId, state.columns.offset[index]!, lane.readEvent, originOf);
	}

	/** No answer of this batch is on record for the request. */
	function isUnpaid(index: number): boolean {
		const known = recordOf(index);
		return known === null || (known !== 'unknown' && known.type === 'attempt-failed' && known.usage === null);
	}

	/** Its requests have results by now, or are on other ways to them. What it costs, it costs: once. */
	function takeLate(position: number, indexes: Int32Array, outcome: Ended & {kind: 'answered'}): void {
		const requests = Array.from(indexes, index => asSent(source.expand(index), state));
		const worst = worstOf(requests, outcome);
		const body = callBody(requests, rules.sharing);
		const {usage, costPico} = billOf(requests[0]!, body, outcome, state, via, worst);
		record({
			type: 'duplicate-answered',
			at: clock.now(),
			index: indexes[0]!,
			lane: 'batch',
			usage,
			costPico,
			line: {shard: batch.shard, position},
			raw: outcome.raw,
		});
		late.add(position);
	}

	function count(isDone: boolean, kind: FailureKind | null): void {
		outcomes[isDone ? 'done' : kind === 'expired' || kind === 'missing' ? kind : 'failed']++;
	}

	/** Its request left the spec: what it cost is counted, and the answer stays readable. */
	function takeOrphan(outcome: Ended): void {
		orphans++;
		if (outcome.kind === 'answered') {
			const usage = readUsage(outcome.body.usage) ?? {
				input: 0,
				cached: 0,
				output: estimateTokens(outcome.raw),
			};
			orphanTokens.input += usage.input;
			orphanTokens.cached += usage.cached;
			orphanTokens.output += usage.output;
			orphanPico += price ? costOf(usage, price, 'batch') : 0n;
		}
	}

	/** Counted only where something hangs on it: what may have been billed, and an answer that tells no usage. */
	function worstOf(requests: readonly Request[], outcome: Ended): Demand {
		if (outcome.kind === 'answered' ? readUsage(outcome.body.usage) !== null : !outcome.maybeBilled) {
			return noDemand;
		}

		const {queue, endpoint} = requests[0]!;
		const body = callBody(requests, rules.sharing);
		const input = lane.countTokens(queue, body);
		return demandOf(body, endpoint, lane.queueRules[queue]!.maxOutput, input, price, 'batch');
	}

	async function write(): Promise<void> {
		lane.askForTurn();
		await lane.written();
	}

	async function take(lines: readonly BatchLine[]): Promise<void> {
		if (signal.aborted) {
			return;
		}

		const before = recorded;
		const aside = lines.filter(line => !takeLine(line));
		if (aside.length > 0) {
			lane.files.keepAside(
				batch.shard,
				aside.map(({text}) => text),
				!hasAside,
			);
			hasAside = true;
		}

		await write();
		if (before === 0 && recorded > 0) {
			lane.onStep?.('downloading');
		}
	}

	async function takeUnanswered(): Promise<void> {
		const outcome = unanswered(batch);
		let left = sliceSize;
		for (let position = 0; position < batch.count; position++) {
			if (ledger.seen[position] === 1 || membersAt(position).every(index => index < 0)) {
				continue;
			}

			settleLine(position, outcome);
			if (--left === 0) {
				left = sliceSize;
				await write();
				if (signal.aborted) {
					return;
				}
			}
		}
	}

	function sum(): {readonly outcomes: BatchOutcomes; readonly aside: AsideCounts} {
		const {unknown, duplicate, garbled} = ledger;
		return {
			outcomes,
			aside: {unknown, duplicate, garbled, orphans, orphanTokens, orphanPico: Number(orphanPico)},
		};
	}

	return {take, takeUnanswered, sum};
}
