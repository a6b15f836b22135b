import {type BatchState, openLinesOf, wasEndedByUs} from './batch.ts';
import {countAttempt, countCalls, endAttempt} from './calls-out.ts';
import {noteCompletion} from './completion.ts';
import type {AttemptAnswered, AttemptEvent, AttemptFailed, RunEvent} from './event.ts';
import {causeOf, type FailureKind} from './failure.ts';
import {learnOfAnswer, learnOfFailure} from './learn-of-server.ts';
import {notePacking} from './packing.ts';
import {chargeStage, pay, payMaybe} from './pay.ts';
import type {Lane, Usage} from './price.ts';
import {noteOutput} from './sample.ts';
import {noteServed} from './served.ts';
import {forgetWishes, setStatus} from './set-status.ts';
import {countsForCall} from './sharing.ts';
import type {QueueState, RunState, Status} from './state.ts';

/** A line of a batch counts as an attempt only now, and not if its batch ended before it ran. */
function endLine(state: RunState, event: AttemptEvent, status: Status): QueueState | null {
	const {index, usage} = event;
	const isLine = countsForCall(event);
	if (event.type === 'attempt-answered' || event.failure.kind !== 'expired') {
		countAttempt(state, index);
		countCalls(state, isLine ? 1 : 0);
	}

	setStatus(state, index, status);
	state.waiting.delete(index);
	const batch = batchOf(state, event);
	if (!batch) {
		return null;
	}

	batch.openLines = openLinesOf(batch) - (isLine ? 1 : 0);
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
	{index, lane, usage, costPico, line}: Extract<RunEvent, {type: 'duplicate-answered'}>,
): void {
	const batch = line && state.batches.get(line.shard);
	state.totals.duplicates++;
	pay(state, (batch && state.queues[batch.queue]) ?? null, lane, usage, costPico);
	chargeStage(state, index, {tokens: usage.input + usage.output, pico: costPico ?? 0});
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
	if (event.adopted !== undefined) {
		adoptAnswer(state, event, event.adopted, offset);
		return;
	}

	const {index, lane, usage, unjudged, more} = event;
	const queue = endTry(state, event, unjudged ? 'in-flight' : more ? 'queued' : 'done');
	state.columns.offset[index] = offset;
	noteOutput(state, event);
	pay(state, queue, lane, usage, event.costPico);
	chargeStage(state, index, {tokens: usage.input + usage.output, pico: event.costPico ?? 0});
	if (unjudged) {
		state.unjudged.add(index);
	} else if (more) {
		askAgain(state, event);
	} else {
		finishDone(state, event, queue);
	}

	if (queue) {
		notePacking(queue, event);
	}

	if (!queue || !countsForCall(event)) {
		return;
	}

	noteServed(queue, event.served ?? null);
	noteCompletion(queue.completion, usage.output, event.allowed);
	if (lane === 'direct') {
		learnOfAnswer(state, queue, event);
	}
}

/** It was asked and paid for elsewhere: an outcome that is no attempt of this run, and costs it nothing. */
function adoptAnswer(state: RunState, event: AttemptAnswered, queue: number, offset: number): void {
	setStatus(state, event.index, 'done');
	state.waiting.delete(event.index);
	state.columns.offset[event.index] = offset;
	finishDone(state, event, state.queues[queue] ?? null);
}

function finishDone(state: RunState, {index, at, lane}: AttemptEvent, queue: QueueState | null): void {
	forgetSetbacks(state, index);
	forgetWishes(state, index);
	state.rounds.delete(index);
	state.totals.done[lane]++;
	finishRequest(state, at, lane, true);
	if (queue) {
		queue.done++;
	}
}

/** Its next round has all its tries. What a person wished for the request holds until it has its outcome. */
function askAgain(state: RunState, {index, round = 0}: AttemptEvent): void {
	state.columns.retries[index] = 0;
	state.columns.waits[index] = 0;
	forgetSetbacks(state, index);
	state.rounds.set(index, round + 1);
	state.roundDue.add(index);
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
		chargeStage(state, index, {
			tokens: event.usage.input + event.usage.output,
			pico: event.costPico ?? 0,
		});
	}

	if (event.maybeBilled) {
		payMaybe(state, {calls: 1, tokens: event.maybeBilledTokens, pico: event.maybeBilledPico});
		chargeStage(state, index, {tokens: event.maybeBilledTokens, pico: event.maybeBilledPico});
	}

	takeSequel(state, event, queue);
	if (!queue) {
		return;
	}

	notePacking(queue, event);

	if (event.sequel === 'fail') {
		queue.failed++;
	}

	if (lane === 'direct' && countsForCall(event)) {
		learnOfFailure(state, queue, event);
	}
}

/** What the failed attempt leads to for its request. */
function takeSequel(state: RunState, event: AttemptFailed, queue: QueueState | null): void {
	const {index, at, failure, sequel, retryAt, lane, call} = event;
	const {columns, totals} = state;
	const batch = lane === 'batch' ? batchOf(state, event) : null;
	if (sequel === 'retry' || sequel === 'wait') {
		const used = sequel === 'retry' ? columns.retries : columns.waits;
		used[index] = Math.min(255, used[index]! + 1);
		state.waiting.set(index, retryAt ?? at);
	}

	if (sequel === 'conclude') {
		finishDone(state, event, queue);
		return;
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

	if (sequel === 'more') {
		askAgain(state, event);
		return;
	}

	// What was wrong with the call was not this request's.
	if (call?.most !== undefined) {
		state.mostShared.set(index, call.most);
		return;
	}

	// A batch that a person ended says nothing of its requests: it is none of the rounds that they have.
	if (failure.kind === 'expired' && batch && wasEndedByUs(batch)) {
		return;
	}

	const setbacks = setbacksOf(state, failure.kind);
	setbacks?.set(index, (setbacks.get(index) ?? 0) + 1);
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

export function forgetSetbacks({truncated, expired, missing, mostShared}: RunState, index: number): void {
	truncated.delete(index);
	expired.delete(index);
	missing.delete(index);
	mostShared.delete(index);
}

const statusAfter = {
	retry: 'waiting',
	wait: 'waiting',
	hold: 'queued',
	requeue: 'queued',
	fail: 'failed',
	more: 'queued',
	conclude: 'done',
} as const;

export function finishRequest(state: RunState, at: number, lane: Lane, isDone: boolean): void {
	if (lane === 'direct') {
		state.guard.finished++;
		state.guard.passed += isDone ? 1 : 0;
	}

	state.resultsWritten = false;
	state.session.finished++;
	state.lastFinishedAt = at;
}
