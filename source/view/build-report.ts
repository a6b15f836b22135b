import type {FailureKind} from '../domain/failure.ts';
import {usd} from '../domain/money.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import type {Report} from './report.ts';

/** The totals of the whole run as they are now, in the shape of contract section 4. */
export function buildReport(state: RunState, now: number): Report {
	const {totals, session, count} = state;
	const done = totals.status[statusCode.done]!;
	const failed = totals.status[statusCode.failed]!;
	const spent = totals.cost.direct + totals.cost.batch;
	return {
		requests: {total: count, done, failed, pending: count - done - failed},
		failures: Object.fromEntries([...totals.failed].sort(mostFirst)),
		attempts: totals.attempts,
		retries: totals.attempts - totals.started,
		tokens: {...totals.tokens},
		cost_usd: spent === 0n && totals.unpricedCalls > 0 ? null : usd(spent),
		maybe_billed: {calls: totals.maybeBilled.calls, usd: usd(totals.maybeBilled.cost)},
		mode: {...totals.done},
		session: {requests: session.finished, cost_usd: usd(session.cost)},
		seconds: Math.max(0, endOf(state, now) - state.createdAt) / 1000,
	};
}

/** A run that is over ended with its last request, whenever it is looked at. */
export function endOf(state: RunState, now: number): number {
	const {status} = state.totals;
	const isOver = status[statusCode.done]! + status[statusCode.failed]! === state.count;
	return isOver ? (state.finishedAt ?? state.lastFinishedAt) : now;
}

function mostFirst([, a]: readonly [FailureKind, number], [, b]: readonly [FailureKind, number]): number {
	return b - a;
}
