import {providerOf} from './create-state.ts';
import type {RunEvent} from './event.ts';
import {chargeStage} from './pay.ts';
import {addStarts} from './recent-starts.ts';
import {setStatus} from './set-status.ts';
import type {QueueState, RunState, Status} from './state.ts';

/** Calls left. */
export function startCalls(
	state: RunState,
	{indexes, sizes, queue, at, tokens = 0}: Extract<RunEvent, {type: 'attempt-started'}>,
): void {
	const calls = sizes?.length ?? indexes.length;
	let next = 0;
	for (let call = 0; call < calls; call++) {
		const lead = indexes[next]!;
		for (const end = next + (sizes?.[call] ?? 1); next < end; next++) {
			startAttempt(state, indexes[next]!, queue, at, lead);
		}
	}

	countCalls(state, calls);
	addStarts(state.queues[queue]!.recentStarts, at, calls, tokens);
}

function startAttempt(state: RunState, index: number, queue: number, at: number, lead: number): void {
	// Still out only where the line of its end is damaged: a slot that nobody frees would block a probe for ever.
	endAttempt(state, index, 'in-flight');
	countAttempt(state, index);
	state.moved.delete(index);
	state.inFlight.set(index, {startedAt: at, queue, attempt: state.columns.attempts[index]!, lead});
	state.callsOut += index === lead ? 1 : 0;
	state.queues[queue]!.inFlight++;
	providerOf(state, state.queues[queue]!.info.provider).inFlight++;
	state.finishedAt = null;
}

/** `Columns` counts attempts in two bytes. */
const mostAttempts = 65_535;

export function countAttempt(state: RunState, index: number): void {
	const {columns, totals, session, roundDue} = state;
	totals.rounds += roundDue.size > 0 && roundDue.delete(index) ? 1 : 0;
	totals.started += columns.attempts[index] === 0 ? 1 : 0;
	columns.attempts[index] = Math.min(mostAttempts, columns.attempts[index]! + 1);
	totals.attempts++;
	session.attempts++;
	chargeStage(state, index, {requests: 1});
}

export function countCalls({totals, session}: RunState, calls: number): void {
	totals.calls += calls;
	session.calls += calls;
}

/** Frees the attempt's slot and returns its queue, or null when it was not in flight. */
export function endAttempt(state: RunState, index: number, status: Status): QueueState | null {
	const attempt = state.inFlight.get(index);
	setStatus(state, index, status);
	state.waiting.delete(index);
	if (!attempt) {
		return null;
	}

	state.inFlight.delete(index);
	state.callsOut -= index === attempt.lead ? 1 : 0;
	const queue = state.queues[attempt.queue]!;
	queue.inFlight--;
	providerOf(state, queue.info.provider).inFlight--;
	return queue;
}
