import {createState} from '../domain/create-state.ts';
import type {Price} from '../domain/price.ts';
import {reduce} from '../domain/reduce.ts';
import type {RequestSource} from '../domain/request.ts';
import type {RunState} from '../domain/state.ts';

/** The state of a run that nobody has created, for those who only look ahead. */
export function freshState({count, queues}: RequestSource, at: number): RunState {
	const state = createState();
	reduce(
		state,
		{
			type: 'run-created',
			at,
			runId: 'planned',
			toolVersion: '',
			specDigest: '',
			simulated: null,
			count,
			queues,
		},
		0,
	);
	return state;
}

/** As the state is once a session has begun: its prices hold, and what the last session spent counts no more. */
export function beginPlanned(state: RunState, prices: readonly (Price | null)[], at: number): void {
	const session = state.session.number + 1;
	const {concurrency} = state;
	reduce(
		state,
		{type: 'session-started', at, session, pid: 0, host: '', prices, concurrency},
		state.journalEnd,
	);
}
