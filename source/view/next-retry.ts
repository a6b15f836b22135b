import type {RunEvent} from '../domain/event.ts';
import {createHeap, peekKey, peekValue, pop, push} from '../domain/heap.ts';
import type {RunState} from '../domain/state.ts';

/** Knows when the next waiting request comes due without looking at all of them: a storm leaves 100,000. */
export type NextRetry = {
	observe(event: RunEvent): void;
	/** Null when none waits. */
	at(state: RunState): number | null;
};

/** Entries are never removed early: one counts only while the state agrees with it. */
export function createNextRetry(state: RunState): NextRetry {
	const heap = createHeap();
	for (const [index, retryAt] of state.waiting) {
		push(heap, retryAt, index);
	}

	return {
		observe(event) {
			if ((event.type === 'attempt-failed' || event.type === 'answer-refused') && event.retryAt !== null) {
				push(heap, event.retryAt, event.index);
			} else if (event.type === 'requests-restored') {
				for (let at = 0; at + 1 < event.waiting.length; at += 2) {
					push(heap, event.waiting[at + 1]!, event.waiting[at]!);
				}
			}
		},
		at({waiting}) {
			for (let retryAt = peekKey(heap); retryAt !== undefined; retryAt = peekKey(heap)) {
				if (waiting.get(peekValue(heap)!) === retryAt) {
					return retryAt;
				}

				pop(heap);
			}

			return null;
		},
	};
}
