import type {LimitName} from '../domain/limit.ts';
import type {RunState} from '../domain/state.ts';

/** What keeps a run from going on until a person acts. */
export type Obstacle = 'pause' | 'sample' | 'guard' | LimitName;

/** The first that would have to be cleared; null when nothing is in the way but holds of queues. */
export function obstacleOf({paused, sample, guard, limitReached}: RunState): Obstacle | null {
	if (paused) {
		return sample?.step === 'paused' ? 'sample' : 'pause';
	}

	return guard.tripped === null ? (limitReached?.limit ?? null) : 'guard';
}
