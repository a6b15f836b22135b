import {hasOutcome, type RunEvent} from '../domain/event.ts';
import type {RequestSource} from '../domain/request.ts';
import {pulledIndexes} from '../domain/sample.ts';
import {type RunState, statusCode} from '../domain/state.ts';

/** Requests without an outcome, by queue: counted once, then kept by the events. */
export type PendingByQueue = {
	readonly counts: readonly number[];
	/** Those of them that were pulled out of a batch, or are of a sample, and are queued or waiting. O(pulled). */
	pulled(): readonly number[];
	observe(event: RunEvent): void;
};

export function createPendingByQueue(
	state: RunState,
	source: Pick<RequestSource, 'queueOf'>,
): PendingByQueue {
	const counts = state.queues.map(() => 0);
	for (let index = 0; index < state.count; index++) {
		const status = state.columns.status[index];
		if (status !== statusCode.done && status !== statusCode.failed) {
			counts[source.queueOf(index)]!++;
		}
	}

	return {
		counts,
		pulled() {
			const pulled = state.queues.map(() => 0);
			for (const index of pulledIndexes(state)) {
				const code = state.columns.status[index];
				pulled[source.queueOf(index)]! += code === statusCode.queued || code === statusCode.waiting ? 1 : 0;
			}

			return pulled;
		},
		observe(event) {
			const isAdded = event.type === 'request-added';
			if (isAdded || endsRequest(event)) {
				counts[source.queueOf(event.index)]! += isAdded ? 1 : -1;
			}

			if (event.type === 'answers-shared') {
				counts[event.queue]! -= event.indexes.length;
			}

			const step = stepOf(event);
			for (const [queue, count] of step === 0 ? [] : failedByQueue(event).entries()) {
				counts[queue]! += step * count;
			}
		},
	};
}

function endsRequest(event: RunEvent): event is RunEvent & {readonly index: number} {
	switch (event.type) {
		case 'attempt-answered':
			return !event.more && !event.unjudged;
		case 'answer-accepted':
			return true;
		case 'attempt-failed':
		case 'answer-refused':
			return hasOutcome(event.sequel);
		default:
			return false;
	}
}

/** 1: what had failed is pending again; -1: what was pending has failed; 0: neither. */
function stepOf(event: RunEvent): -1 | 0 | 1 {
	switch (event.type) {
		case 'requests-wiped':
		case 'requests-retried':
			return 1;
		case 'requests-given-up':
			return -1;
		case 'requests-restored':
			return event.to === 'open' ? 1 : -1;
		default:
			return 0;
	}
}

function failedByQueue(event: RunEvent): readonly number[] {
	return 'failedByQueue' in event ? event.failedByQueue : [];
}
