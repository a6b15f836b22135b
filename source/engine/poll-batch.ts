import type {BatchState} from '../domain/batch.ts';
import type {RemoteBatch} from '../domain/batch-ports.ts';
import type {Failure} from '../domain/failure.ts';
import type {BatchLaneOptions} from './batch-lane-options.ts';
import {failStep} from './fail-step.ts';
import {targetOf} from './target-of.ts';

/** When a batch is looked at next; known to this session only. */
export type Poll = {at: number; intervalMs: number; misses: number; withoutFiles: number};

const longestMs = 60_000;
const growth = 1.5;

/** So many answers in a row that a batch is unknown mean that it is. */
const enoughMisses = 3;

/** So many polls more are waited for a file that should be there. */
const patience = 3;

/** The first poll of a batch that was created now. */
export function firstPoll(now: number, shortestMs: number): Poll {
	return {at: now + shortestMs, intervalMs: shortestMs, misses: 0, withoutFiles: 0};
}

/** Asks the API how a batch stands and puts on record what is new. */
export async function pollBatch(batch: BatchState, poll: Poll, lane: BatchLaneOptions): Promise<void> {
	const {transport, clock, record, settings} = lane;
	const {shard, batchId} = batch;
	const reply = await transport.retrieve(targetOf(batch, lane), batchId ?? '');
	lane.onStep?.('polling');
	const {pollMs} = settings.batch;
	const at = clock.now();
	if (!reply.ok) {
		const {failure} = reply;
		poll.misses = failure.kind === 'not_found' ? poll.misses + 1 : 0;
		if (poll.misses >= enoughMisses) {
			const message = `The API does not know batch ${batchId} any more: ${failure.message}`;
			record({
				type: 'batch-rejected',
				at,
				shard,
				failure: {...failure, message},
				lines: [],
				tokenLimit: null,
			});
		} else {
			failStep(batch, reply, lane);
		}

		return;
	}

	const remote = reply.value;
	poll.misses = 0;
	poll.intervalMs =
		remote.status === batch.status ? Math.min(Math.max(longestMs, pollMs), poll.intervalMs * growth) : pollMs;
	poll.at = at + poll.intervalMs;
	if (lacksFiles(remote) && poll.withoutFiles < patience) {
		poll.withoutFiles++;
		return;
	}

	if (remote.status === 'failed') {
		record({type: 'batch-rejected', at, shard, ...rejectionOf(remote)});
	} else if (isNews(remote, batch)) {
		const {status, expiresAt, outputFileId, errorFileId} = remote;
		const counts = remote.counts ?? batch.counts;
		record({type: 'batch-updated', at, shard, status, counts, expiresAt, outputFileId, errorFileId});
	}
}

/** Told by our clock, from the date of each answer: it wavers by a second, and by two minutes where clocks drift. */
const sameTimeMs = 180_000;

function isOtherTime(one: number | null, other: number | null): boolean {
	return one === null || other === null ? one !== other : Math.abs(one - other) >= sameTimeMs;
}

/** Lines were answered and yet there is no file of them: it may be a moment late, and they are paid for. */
function lacksFiles({status, counts, outputFileId}: RemoteBatch): boolean {
	return status === 'completed' && outputFileId === null && (counts?.completed ?? 0) > 0;
}

function isNews(remote: RemoteBatch, batch: BatchState): boolean {
	const counts = remote.counts ?? batch.counts;
	return (
		remote.status !== batch.status ||
		isOtherTime(remote.expiresAt, batch.expiresAt) ||
		remote.outputFileId !== batch.outputFileId ||
		remote.errorFileId !== batch.errorFileId ||
		counts.total !== batch.counts.total ||
		counts.completed !== batch.counts.completed ||
		counts.failed !== batch.counts.failed ||
		// That it answers again is news.
		batch.trouble !== null
	);
}

function rejectionOf({errors}: RemoteBatch) {
	const [first] = errors;
	const isOverLimit = first?.code === 'token_limit_exceeded';
	const failure: Failure = {
		kind: isOverLimit ? 'rate_limit' : 'invalid_request',
		status: null,
		code: first?.code ?? null,
		message: first?.message ?? 'The API gives no reason',
	};
	const lines = errors.flatMap(({line}) => (line === null || line < 1 ? [] : [line - 1]));
	return {
		failure,
		lines: [...new Set(lines)].sort((one, other) => one - other),
		tokenLimit: isOverLimit ? tokenLimitIn(first.message) : null,
	};
}

/** From "Limit: 2,000,000 enqueued tokens". */
export function tokenLimitIn(message: string): number | null {
	const digits = /limit:?\s*([\d][\d,_ ]*)\s*enqueued/i.exec(message)?.[1]?.replaceAll(/[,_ ]/g, '');
	const limit = Number(digits);
	return digits && Number.isSafeInteger(limit) && limit > 0 ? limit : null;
}
