import {forgetSetbacks} from './reduce-attempt.ts';
import {forgetWishes, setStatus} from './set-status.ts';
import type {RunState} from './state.ts';
import type {AnswersShared} from './twin-event.ts';

/** The line of the answer becomes the last line of each: whoever reads what it says finds it there. It cost nothing. */
export function takeShared(state: RunState, event: AnswersShared): void {
	for (const index of event.indexes) {
		setStatus(state, index, 'done');
		state.waiting.delete(index);
		state.columns.offset[index] = event.offset;
		forgetSetbacks(state, index);
		forgetWishes(state, index);
	}

	const {length} = event.indexes;
	const queue = state.queues[event.queue];
	state.totals.done[event.lane] += length;
	state.session.finished += length;
	state.lastFinishedAt = event.at;
	state.resultsWritten = false;
	if (queue) {
		queue.done += length;
		queue.shared += length;
	}
}
