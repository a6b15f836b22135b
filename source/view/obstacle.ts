import type {LimitName} from '../domain/ceiling.ts';
import type {RunState} from '../domain/state.ts';

/** What keeps a run from going on until a person acts. */
export type Obstacle = 'pause' | 'guard' | LimitName;

/** The first that would have to be cleared; null when nothing is in the way but holds of queues. */
export function obstacleOf({paused, guard, limitReached}: RunState): Obstacle | null {
	if (paused) {
		return 'pause';
	}

	return guard.tripped === null ? (limitReached?.limit ?? null) : 'guard';
}
