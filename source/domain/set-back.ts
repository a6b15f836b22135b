import type {RunState} from './state.ts';

/**
 * A session began at an earlier time than the last fact is of: the clock was ahead before, or is behind now. Times
 * of then are moved back by the difference, so that a wait that had three seconds left has three seconds left, and
 * not a day and three seconds; and what was last is as old as if it had happened now.
 */
export function setBack(state: RunState, byMs: number): void {
	for (const [index, dueAt] of state.waiting) {
		state.waiting.set(index, dueAt - byMs);
	}

	for (const queue of state.queues) {
		queue.throttledUntil -= byMs;
		queue.submitAt -= byMs;
		const slices = queue.recentStarts.map(slice => ({
			...slice,
			from: slice.from - byMs,
			to: slice.to - byMs,
		}));
		queue.recentStarts.splice(0, slices.length, ...slices);
	}

	for (const provider of state.providers.values()) {
		provider.probeAt -= byMs;
	}

	for (const batch of state.batches.values()) {
		if (batch.trouble) {
			batch.trouble = {...batch.trouble, retryAt: batch.trouble.retryAt - byMs};
		}

		if (batch.progressAt !== null) {
			batch.progressAt -= byMs;
		}
	}

	state.latestAt -= byMs;
	state.lastFinishedAt -= byMs;
	state.lastAddedAt -= byMs;
}
