import {isRemote} from '../domain/batch.ts';
import {isOffline} from '../domain/create-state.ts';
import type {EngineStatus} from '../domain/engine-status.ts';
import {isOver} from '../domain/is-over.ts';
import {type QueueState, type RunState, statusCode} from '../domain/state.ts';
import {count, countdown, plural, shortDuration} from './format.ts';
import type {QueueLane} from './lane-view.ts';
import {limitText, raisedBy} from './limit-words.ts';
import type {Phase} from './phase-name.ts';
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
	/** By queue; empty where nothing but the direct lane is looked at. */
	readonly lanes: readonly QueueLane[];
};

export type PhaseView = {readonly phase: Phase; readonly detail: string};

/** The first word of the screen and what it needs said. The first that holds, in this order, is the phase. */
export function phaseOf(state: RunState, status: EngineStatus, now: number, facts: PhaseFacts): PhaseView {
	const {callsOut, totals} = state;
	const failed = totals.status[statusCode.failed]!;
	if (state.count + state.stages.length > 0 && isOver(state)) {
		return {phase: 'DONE', detail: failed > 0 ? `${count(failed)} failed` : ''};
	}

	if (!facts.sessionStarted) {
		return {phase: 'STARTING', detail: ''};
	}

	if (status.diskFull !== null) {
		return {phase: 'DISK FULL', detail: `${status.diskFull}, goes on as soon as the journal can be written`};
	}

	if (status.draining) {
		return {phase: 'DRAINING', detail: `${count(callsOut)} in flight`};
	}

	if (state.paused) {
		return {phase: 'PAUSED', detail: pauseText(state)};
	}

	return stoppedPhase(state) ?? lanePhase(state, now, facts);
}

/** Who looks at a sample must learn which key goes on. */
function pauseText({sample, callsOut}: RunState): string {
	const out = callsOut > 0 ? `${count(callsOut)} in flight` : '';
	return sample?.step === 'paused' ? `the ${sample.purpose} is done; p goes on with the rest` : out;
}

/** Nothing new begins until a person goes on; what is at the API is collected all the same. */
function stoppedPhase({guard, limitReached, stageFailure}: RunState): PhaseView | null {
	if (stageFailure !== null) {
		return {phase: 'PAUSED', detail: `${stageFailure}; p goes on`};
	}

	if (guard.tripped !== null) {
		return {phase: 'GUARD', detail: `${guard.tripped}; p or --unpause goes on`};
	}

	if (limitReached !== null) {
		const {limit, value} = limitReached;
		const key = limit === 'task.cost' ? '+ in pane 4 or ' : '';
		return {
			phase: 'CEILING',
			detail: `${limitText(limit, value)} reached; ${key}${raisedBy(limit)} raises it`,
		};
	}

	return null;
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
		...free.filter(({submitAt}) => submitAt > now).map(queue => fullText(queue, now)),
		...free.filter(({access}) => access === 'probing').map(({info}) => `${info.key} tried with one call`),
	];
	const detail = [...sampleText(state), ...troubles].join('; ');
	if (queues.length > 0 && free.length === 0) {
		return {phase: 'HELD', detail: held.map(heldText).join('; ')};
	}

	if (free.length > 0 && reached.length === 0) {
		return {phase: 'OFFLINE', detail};
	}

	const waiting = batchesText(state, now, facts);
	if (waiting !== null) {
		return {phase: 'WAITING', detail: [waiting, ...troubles].join('; ')};
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
	if (refused > answered && refused * 8 >= state.callsOut) {
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

/** Why so little is under way. */
function sampleText({sample, columns}: RunState): readonly string[] {
	if (sample?.step !== 'open') {
		return [];
	}

	let over = 0;
	for (const index of sample.indexes) {
		const status = columns.status[index];
		over += status === statusCode.done || status === statusCode.failed ? 1 : 0;
	}

	return [`${sample.purpose}: ${count(over)} of ${plural(sample.requests, 'request')}`];
}

/** Set when nothing is left to do but to wait for batches at the API. */
function batchesText({batches, inFlight}: RunState, now: number, {lanes}: PhaseFacts): string | null {
	const remote = [...batches.values()].filter(isRemote);
	if (
		remote.length === 0 ||
		inFlight.size > 0 ||
		lanes.some(({lane, open, pulled}) => pulled > 0 || (lane === 'direct' && open > 0))
	) {
		return null;
	}

	const ends = remote.flatMap(({expiresAt}) => (expiresAt === null ? [] : [expiresAt]));
	const toCome = lanes.reduce((sum, {open}) => sum + open, 0);
	return [
		`${plural(remote.length, 'batch', 'batches')} at the API`,
		...(ends.length > 0 ? [`first expires in ${shortDuration(Math.min(...ends) - now)}`] : []),
		...(toCome > 0 ? [`${plural(toCome, 'request')} to go after them`] : []),
	].join(', ');
}

function fullText({info, submitAt}: QueueState, now: number): string {
	return `${info.key} has too many tokens enqueued, next batch in ${countdown(submitAt - now)}`;
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
