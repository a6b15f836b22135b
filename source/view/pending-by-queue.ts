import type {RunEvent} from '../domain/event.ts';
import type {RequestSource} from '../domain/request.ts';
import {type RunState, statusCode} from '../domain/state.ts';

/** Requests without an outcome, by queue: counted once, then kept by the events. */
export type PendingByQueue = {
	readonly counts: readonly number[];
	observe(event: RunEvent): void;
};

export function createPendingByQueue(
	state: RunState,
	source: Pick<RequestSource, 'queueOf'>,
): PendingByQueue {
	const counts = state.queues.map(() => 0);
	const {status} = state.columns;
	for (let index = 0; index < state.count; index++) {
		if (status[index] !== statusCode.done && status[index] !== statusCode.failed) {
			counts[source.queueOf(index)]!++;
		}
	}

	return {
		counts,
		observe(event) {
			if (event.type === 'attempt-answered' || (event.type === 'attempt-failed' && event.sequel === 'fail')) {
				counts[source.queueOf(event.index)]!--;
			} else if (event.type === 'requests-wiped') {
				for (const [queue, failed] of event.failedByQueue.entries()) {
					counts[queue]! += failed;
				}
			}
		},
	};
}
