import {type BatchState, isEnded, isOpen, isRemote, openLinesOf, requestsIn} from '../domain/batch.ts';
import {usd} from '../domain/money.ts';
import type {RunState} from '../domain/state.ts';
import type {BatchesView, BatchView, PullView} from './batches-view.ts';
import {expectedByQueue} from './forecast.ts';
import {isStalled} from './stall.ts';
import {failureText} from './words.ts';

/** More than a pane has lines; the sums are of all. */
const mostShown = 50;

/** What a row of a screen holds of a text from outside. */
const longestTrouble = 300;

/** The batches of the run, those that requests wait for first, then by shard. O(batches). */
export function batchesViewOf(state: RunState, now: number): BatchesView {
	const batches = [...state.batches.values()].sort(openFirst);
	const open = batches.filter(isOpen);
	return {
		list: batches.slice(0, mostShown).map(batch => batchView(state, batch, now)),
		open: open.length,
		remote: open.filter(isRemote).length,
		finished: open.reduce((sum, batch) => sum + finishedOf(batch), 0),
		total: open.reduce((sum, {count}) => sum + count, 0),
		enqueued: enqueuedOf(state, open.filter(isRemote)),
	};
}

function batchView(state: RunState, batch: BatchState, now: number): BatchView {
	const {counts, count, trouble, rejection, used, expiresAt} = batch;
	const price = state.queues[batch.queue]?.price ?? null;
	return {
		shard: batch.shard,
		batchId: batch.batchId,
		status: statusOf(batch),
		done: counts.completed,
		failed: counts.failed,
		total: count,
		ageMs: Math.max(0, now - (batch.submittedAt ?? batch.cutAt)),
		expiresInMs: expiresAt === null ? null : Math.max(0, expiresAt - now),
		inputTokens: batch.input,
		outputTokens: batch.output,
		worstUsd: price === null ? null : usd(BigInt(batch.worstPico)),
		spentUsd: price === null ? null : usd(BigInt(used.pico)),
		perMinute: perMinuteOf(batch, now),
		isCancelling: batch.isCancelling || batch.isUnwanted === true,
		isPulled: batch.pullsTail === true,
		pull: pullOf(state, batch),
		trouble: ((trouble ?? rejection) ? failureText((trouble ?? rejection)!.failure) : '').slice(
			0,
			longestTrouble,
		),
		retryAt: trouble?.retryAt ?? null,
		isStalled: isStalled(batch, now),
	};
}

/** The API's own word once there is a batch, before and after that our step. */
function statusOf(batch: BatchState): string {
	switch (batch.step) {
		case 'submitted':
			return isEnded(batch) ? `${batch.status}, collecting` : batch.status || 'submitted';
		default:
			return batch.step;
	}
}

function enqueuedOf({queues}: RunState, remote: readonly BatchState[]): BatchesView['enqueued'] {
	return queues.flatMap(({info, enqueuedLimit}, number) => {
		const own = remote.filter(({queue}) => queue === number);
		const tokens = own.reduce((sum, {input}) => sum + input, 0);
		return own.length === 0 ? [] : [{queue: info.key, tokens, limit: enqueuedLimit}];
	});
}

function perMinuteOf(batch: BatchState, now: number): number | null {
	const {step, submittedAt} = batch;
	return step !== 'submitted' || isEnded(batch) || submittedAt === null || now <= submittedAt
		? null
		: (finishedOf(batch) * 60_000) / (now - submittedAt);
}

function pullOf(state: RunState, batch: BatchState): PullView | null {
	const {counts, count, queue} = batch;
	if (!isOpen(batch) || isEnded(batch) || batch.pullsTail) {
		return null;
	}

	const open = Math.max(0, count - counts.completed - counts.failed);
	// Which lines the API has done is not known, only how many.
	const requests = Math.min(batch.remaining, Math.ceil((open * requestsIn(batch)) / count));
	const expected = expectedByQueue(state)[queue] ?? null;
	return {
		requests,
		batchUsd: expected && expected.batch * requests,
		directUsd: expected && expected.direct * requests,
	};
}

/** Lines that have an outcome, as far as the API tells it or we collected it. */
function finishedOf(batch: BatchState): number {
	const {counts, count} = batch;
	return Math.min(count, Math.max(counts.completed + counts.failed, count - openLinesOf(batch)));
}

function openFirst(a: BatchState, b: BatchState): number {
	return Number(isOpen(b)) - Number(isOpen(a)) || a.shard - b.shard;
}
