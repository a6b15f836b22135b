import type {RunState} from '../domain/state.ts';
import type {RunStatus} from '../view/run-status.ts';

/** Where a run stands, in a word or a few. */
export function standing(state: RunState, {requests, guard, limit_reached: limit}: RunStatus): string {
	if (requests.pending === 0) {
		return 'finished';
	}

	if (state.paused) {
		return 'paused';
	}

	if (guard.tripped !== null) {
		return 'stopped by a guard';
	}

	if (limit !== null) {
		return 'stopped by a ceiling';
	}

	return state.queues.some(({access}) => access === 'held') ? 'held' : 'unfinished';
}
