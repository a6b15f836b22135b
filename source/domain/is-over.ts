import {type RunState, statusCode} from './state.ts';

type Counts = Pick<RunState, 'count' | 'totals' | 'stages'>;

/** Requests without an outcome. */
export function unfinished({count, totals: {status}}: Omit<Counts, 'stages'>): number {
	return count - status[statusCode.done]! - status[statusCode.failed]!;
}

/** Every request has its outcome, and no stage can add any. */
export function isOver(state: Counts): boolean {
	return unfinished(state) === 0 && !state.stages.some(({isOpen}) => isOpen);
}
