import {isOffline} from '../domain/create-state.ts';
import type {EngineStatus} from '../domain/engine-status.ts';
import {type QueueState, type RunState, statusCode} from '../domain/state.ts';
import {count, countdown} from './format.ts';
import type {Phase} from './snapshot.ts';
import {failureText} from './words.ts';

/** What the phase depends on beyond the state: what the events of the last seconds said. */
export type PhaseFacts = {
	readonly sessionStarted: boolean;
	/** Requests without an outcome, by queue. */
	readonly pending: readonly number[];
	/** Attempts of the last 10 s that were answered, and that a rate limit refused. */
	readonly answered: number;
	readonly refused: number;
	/** The last attempt of all that was answered or refused was refused. */
	readonly lastWasRefused: boolean;
	readonly nextRetryAt: number | null;
};

export type PhaseView = {readonly phase: Phase; readonly detail: string};

/** The first word of the screen and what it needs said. The first that holds, in this order, is the phase. */
export function phaseOf(state: RunState, status: EngineStatus, now: number, facts: PhaseFacts): PhaseView {
	const {inFlight, totals} = state;
	const [done, failed] = [totals.status[statusCode.done]!, totals.status[statusCode.failed]!];
	if (state.count > 0 && done + failed === state.count) {
		return {phase: 'DONE', detail: failed > 0 ? `${count(failed)} failed` : ''};
	}

	if (!facts.sessionStarted) {
		return {phase: 'STARTING', detail: ''};
	}

	if (status.diskFull !== null) {
		return {phase: 'DISK FULL', detail: `${status.diskFull}, goes on as soon as the journal can be written`};
	}

	if (status.draining) {
		return {phase: 'DRAINING', detail: `${count(inFlight.size)} in flight`};
	}

	if (state.paused) {
		return {phase: 'PAUSED', detail: inFlight.size > 0 ? `${count(inFlight.size)} in flight` : ''};
	}

	return lanePhase(state, now, facts);
}

/** What the queues with something left to do say. A queue in trouble takes the phase only when no other goes on. */
function lanePhase(state: RunState, now: number, facts: PhaseFacts): PhaseView {
	const queues = state.queues.filter((_, number) => facts.pending[number]! > 0);
	const held = queues.filter(({access}) => access === 'held');
	const free = queues.filter(({access}) => access !== 'held');
	const offline = free.filter(queue => isOfflineQueue(state, queue));
	const reached = free.filter(queue => !isOfflineQueue(state, queue));
	const throttled = reached.filter(queue => queue.throttledUntil > now);

	const troubles = [
		...held.map(queue => `held: ${heldText(queue)}`),
		...new Set(offline.map(queue => offlineText(state, queue, now))),
		...throttled.map(({info, throttledUntil}) => `${info.key} asked to wait, ${nextIn(throttledUntil, now)}`),
		...free.filter(({access}) => access === 'probing').map(({info}) => `${info.key} tried with one call`),
	];
	const detail = troubles.join('; ');
	if (queues.length > 0 && free.length === 0) {
		return {phase: 'HELD', detail: held.map(heldText).join('; ')};
	}

	if (free.length > 0 && reached.length === 0) {
		return {phase: 'OFFLINE', detail};
	}

	if (throttled.length > 0 && throttled.length === reached.length) {
		return {phase: 'THROTTLED', detail};
	}

	return throttledByBackoff(state, now, facts) ?? {phase: 'RUNNING', detail};
}

/**
 * Refused without a hint, requests only back off, one by one: the run is throttled when most of what came back was
 * refused (and that is not one early bird among many calls still out), or when all that is left waits after that.
 */
function throttledByBackoff(state: RunState, now: number, facts: PhaseFacts): PhaseView | null {
	const {answered, refused, nextRetryAt, lastWasRefused} = facts;
	const next = nextRetryAt !== null && nextRetryAt > now ? `, ${nextIn(nextRetryAt, now)}` : '';
	if (refused > answered && refused * 8 >= state.inFlight.size) {
		const detail = `429 rate limit, ${count(refused)} of ${count(refused + answered)} calls refused in 10 s${next}`;
		return {phase: 'THROTTLED', detail};
	}

	const nothingElse = state.inFlight.size === 0 && state.totals.status[statusCode.queued] === 0;
	if (nothingElse && next !== '') {
		const waiting = `${count(state.waiting.size)} waiting${next}`;
		return lastWasRefused
			? {phase: 'THROTTLED', detail: `429 rate limit, ${waiting}`}
			: {phase: 'RUNNING', detail: waiting};
	}

	return null;
}

function isOfflineQueue(state: RunState, queue: QueueState): boolean {
	const provider = state.providers.get(queue.info.provider);
	return provider !== undefined && isOffline(provider);
}

function heldText({info, failure}: QueueState): string {
	return `${info.key}: ${failure ? failureText(failure) : 'refused'}`;
}

function offlineText(state: RunState, {info}: QueueState, now: number): string {
	const {probeAt, inFlight} = state.providers.get(info.provider)!;
	return `${info.provider} cannot be reached, ${
		inFlight > 0 || probeAt <= now ? 'trying' : `next try in ${countdown(probeAt - now)}`
	}`;
}

function nextIn(at: number, now: number): string {
	return `next in ${countdown(at - now)}`;
}
