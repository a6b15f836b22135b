import {type RunState, type Status, statusCode} from './state.ts';

/** Moves a request from one status to another, with the counts. */
export function setStatus(state: RunState, index: number, status: Status): void {
	const {status: counts} = state.totals;
	const {status: column} = state.columns;
	counts[column[index]!]!--;
	column[index] = statusCode[status];
	counts[column[index]!]!++;
}

/** Puts a request back into its queue, as if it had never been tried. What was spent and recorded stays. */
export function renew(state: RunState, index: number): void {
	setStatus(state, index, 'queued');
	state.columns.retries[index] = 0;
	state.columns.waits[index] = 0;
	for (const entries of [state.waiting, state.truncated, state.expired, state.missing, state.pulled]) {
		entries.delete(index);
	}
}
