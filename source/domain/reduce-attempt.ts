import {type BatchState, wasEndedByUs} from './batch.ts';
import {noteCompletion} from './completion.ts';
import {isOffline, providerOf} from './create-state.ts';
import type {AttemptAnswered, AttemptEvent, AttemptFailed, RunEvent} from './event.ts';
import {causeOf, type FailureKind} from './failure.ts';
import {noteLatency} from './latency.ts';
import {pay, payMaybe} from './pay.ts';
import type {Lane, Usage} from './price.ts';
import {settleSlice} from './recent-starts.ts';
import {noteOutput} from './sample.ts';
import {forgetWishes, setStatus} from './set-status.ts';
import type {QueueState, RunState, Status} from './state.ts';

/** A call left. */
export function startAttempt(state: RunState, index: number, queue: number, at: number): void {
	// Still out only where the line of its end is damaged: a slot that nobody frees would block a probe for ever.
	endAttempt(state, index, 'in-flight');
	countAttempt(state, index);
	state.moved.delete(index);
	state.inFlight.set(index, {startedAt: at, queue, attempt: state.columns.attempts[index]!});
	state.queues[queue]!.inFlight++;
	providerOf(state, state.queues[queue]!.info.provider).inFlight++;
	state.finishedAt = null;
}

/** `Columns` counts attempts in two bytes. */
const mostAttempts = 65_535;

function countAttempt({columns, totals, session}: RunState, index: number): void {
	totals.started += columns.attempts[index] === 0 ? 1 : 0;
	columns.attempts[index] = Math.min(mostAttempts, columns.attempts[index]! + 1);
	totals.attempts++;
	session.attempts++;
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
	const queue = state.queues[attempt.queue]!;
	queue.inFlight--;
	providerOf(state, queue.info.provider).inFlight--;
	return queue;
}

/** A line of a batch counts as an attempt only now, and not if its batch ended before it ran. */
function endLine(state: RunState, event: AttemptEvent, status: Status): QueueState | null {
	const {index, usage} = event;
	if (event.type === 'attempt-answered' || event.failure.kind !== 'expired') {
		countAttempt(state, index);
	}

	setStatus(state, index, status);
	state.waiting.delete(index);
	const batch = batchOf(state, event);
	if (!batch) {
		return null;
	}

	batch.remaining--;
	payFor(batch, usage, event.costPico);
	return state.queues[batch.queue] ?? null;
}

function batchOf({batches}: RunState, {batchId}: AttemptEvent): BatchState | null {
	for (const batch of batchId === null ? [] : batches.values()) {
		if (batch.batchId === batchId) {
			return batch;
		}
	}

	return null;
}

function payFor({used}: BatchState, usage: Usage | null, costPico: number | null): void {
	used.input += usage?.input ?? 0;
	used.output += usage?.output ?? 0;
	used.pico += costPico ?? 0;
}

/** It costs what it costs; its request stays as it is. */
export function takeDuplicate(
	state: RunState,
	{lane, usage, costPico, line}: Extract<RunEvent, {type: 'duplicate-answered'}>,
): void {
	const batch = line && state.batches.get(line.shard);
	state.totals.duplicates++;
	pay(state, (batch && state.queues[batch.queue]) ?? null, lane, usage, costPico);
	if (batch) {
		batch.late ??= [];
		batch.late.push(line.position);
		payFor(batch, usage, costPico);
	}
}

function endTry(state: RunState, event: AttemptEvent, status: Status): QueueState | null {
	return event.lane === 'batch' ? endLine(state, event, status) : endAttempt(state, event.index, status);
}

export function takeAnswer(state: RunState, event: AttemptAnswered, offset: number): void {
	const {index, lane, usage} = event;
	const queue = endTry(state, event, 'done');
	state.columns.offset[index] = offset;
	noteOutput(state, event);
	forgetSetbacks(state, index);
	forgetWishes(state, index);
	state.totals.done[lane]++;
	pay(state, queue, lane, usage, event.costPico);
	finishRequest(state, event.at, lane, true);
	if (!queue) {
		return;
	}

	queue.done++;
	noteCompletion(queue.completion, usage.output, event.allowed);
	if (lane === 'direct') {
		noteLatency(queue.latencies, event.at - event.startedAt);
		settle(queue, event.startedAt, usage);
		reached(state, queue);
		prove(queue);
	}
}

export function takeFailure(state: RunState, event: AttemptFailed, offset: number): void {
	const {index, failure, lane} = event;
	const {columns, totals} = state;
	const queue = endTry(state, event, statusAfter[event.sequel]);
	columns.offset[index] = offset;
	const cause = causeOf(failure);
	totals.failedAttempts.set(cause, (totals.failedAttempts.get(cause) ?? 0) + 1);
	if (event.usage) {
		pay(state, queue, lane, event.usage, event.costPico);
	}

	if (event.maybeBilled) {
		payMaybe(state, {calls: 1, tokens: event.maybeBilledTokens, pico: event.maybeBilledPico});
	}

	takeSequel(state, event);
	if (!queue) {
		return;
	}

	if (event.sequel === 'fail') {
		queue.failed++;
	}

	if (lane === 'direct') {
		learnOfServer(state, queue, event);
	}
}

/** What the failed attempt leads to for its request. */
function takeSequel(state: RunState, event: AttemptFailed): void {
	const {index, at, failure, sequel, retryAt, lane} = event;
	const {columns, totals} = state;
	const batch = lane === 'batch' ? batchOf(state, event) : null;
	if (sequel === 'retry' || sequel === 'wait') {
		const used = sequel === 'retry' ? columns.retries : columns.waits;
		used[index] = Math.min(255, used[index]! + 1);
		state.waiting.set(index, retryAt ?? at);
	}

	if (sequel === 'fail') {
		totals.failed.set(failure.kind, (totals.failed.get(failure.kind) ?? 0) + 1);
		forgetSetbacks(state, index);
		forgetWishes(state, index);
		finishRequest(state, at, lane, false);
		return;
	}

	if (batch?.pullsTail) {
		state.pulled.add(index);
	}

	// A batch that a person ended says nothing of its requests: it is none of the rounds that they have.
	if (failure.kind === 'expired' && batch && wasEndedByUs(batch)) {
		return;
	}

	const setbacks = setbacksOf(state, failure.kind);
	setbacks?.set(index, (setbacks.get(index) ?? 0) + 1);
}

/** What the failed call says about its server, its limits and its key. */
function learnOfServer(state: RunState, queue: QueueState, event: AttemptFailed): void {
	const {failure, retryAt} = event;
	if (event.usage) {
		settle(queue, event.startedAt, event.usage);
	}

	if (event.hinted && retryAt !== null) {
		queue.throttledUntil = Math.max(queue.throttledUntil, retryAt);
	}

	if (failure.status !== null) {
		reached(state, queue);
	} else if (failure.kind === 'network' && !event.maybeBilled) {
		missed(state, queue, retryAt ?? event.at);
	}

	if (kindsBehindAccess.has(failure.kind)) {
		prove(queue);
	}
}

/** Failures that are counted by request and kind. */
function setbacksOf(state: RunState, kind: FailureKind): Map<number, number> | null {
	switch (kind) {
		case 'truncated':
		case 'expired':
		case 'missing':
			return state[kind];
		default:
			return null;
	}
}

function forgetSetbacks({truncated, expired, missing}: RunState, index: number): void {
	truncated.delete(index);
	expired.delete(index);
	missing.delete(index);
}

const statusAfter = {
	retry: 'waiting',
	wait: 'waiting',
	hold: 'queued',
	requeue: 'queued',
	fail: 'failed',
} as const;

/** Only a server that took key, model and account has these complaints; a 503 or a timeout says nothing of them. */
const kindsBehindAccess: ReadonlySet<FailureKind> = new Set<FailureKind>([
	'invalid_request',
	'context_length',
	'content_filter',
	'refusal',
	'truncated',
	'schema',
]);

/** A server answered, whatever it said: its provider is there. A timeout tells neither this nor the contrary. */
function reached(state: RunState, queue: QueueState): void {
	providerOf(state, queue.info.provider).connectionFailures = 0;
}

/** The probe came through: the queue is open again. */
function prove(queue: QueueState): void {
	if (queue.access === 'probing') {
		queue.access = 'open';
		queue.failure = null;
	}
}

function missed(state: RunState, queue: QueueState, probeAt: number): void {
	const provider = providerOf(state, queue.info.provider);
	provider.connectionFailures++;
	if (isOffline(provider)) {
		provider.probeAt = probeAt;
	}
}

function settle({recentStarts}: QueueState, startedAt: number, {input, output}: Usage): void {
	settleSlice(recentStarts, startedAt, input + output);
}

function finishRequest(state: RunState, at: number, lane: Lane, isDone: boolean): void {
	if (lane === 'direct') {
		state.guard.finished++;
		state.guard.passed += isDone ? 1 : 0;
	}

	state.resultsWritten = false;
	state.session.finished++;
	state.lastFinishedAt = at;
}
