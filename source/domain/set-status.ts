import type {FailureKind} from './failure.ts';
import {type QueueState, type RunState, type Status, statusCode} from './state.ts';
import type {FailedCounts} from './triage-event.ts';

/** Moves a request from one status to another, with the counts. */
export function setStatus(state: RunState, index: number, status: Status): void {
	const {status: counts} = state.totals;
	const {status: column} = state.columns;
	counts[column[index]!]!--;
	column[index] = statusCode[status];
	counts[column[index]!]!++;
}

/** Puts a request back into its queue, as if it had never been tried. What was spent and recorded stays. */
export function renew(state: RunState, index: number): void {
	setStatus(state, index, 'queued');
	state.columns.retries[index] = 0;
	state.columns.waits[index] = 0;
	for (const entries of [
		state.waiting,
		state.truncated,
		state.rounds,
		state.roundDue,
		state.expired,
		state.missing,
		state.mostShared,
		state.pulled,
	]) {
		entries.delete(index);
	}

	forgetWishes(state, index);
}

/** What a person wished for a request holds until it has its outcome. */
export function forgetWishes({unwanted, moved, pulled}: RunState, index: number): void {
	unwanted.delete(index);
	moved.delete(index);
	pulled.delete(index);
}

/** `direction` 1: failed for good; -1: no longer. */
export function countFailed(state: RunState, counts: FailedCounts, direction: 1 | -1): void {
	const {failed} = state.totals;
	for (const [kind, count] of Object.entries(counts.failedKinds) as [FailureKind, number][]) {
		const left = (failed.get(kind) ?? 0) + direction * count;
		if (left > 0) {
			failed.set(kind, left);
		} else {
			failed.delete(kind);
		}
	}

	for (const [number, count] of counts.failedByQueue.entries()) {
		addFailed(state.queues[number]!, direction * count);
	}
}

/** With a changed spec a request may have failed in a queue that is another one, or gone: it was never counted here. */
export function addFailed(queue: QueueState, count: number): void {
	queue.failed = Math.max(0, queue.failed + count);
}

/** The run is not over any more, and its result files are not whole. */
export function reopen(state: RunState): void {
	state.finishedAt = null;
	state.resultsWritten = false;
}
