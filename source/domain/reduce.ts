import {createColumns, createQueue, isOffline, providerOf} from './create-state.ts';
import type {AttemptAnswered, AttemptFailed, RunEvent} from './event.ts';
import {causeOf, type FailureKind} from './failure.ts';
import type {Lane, Usage} from './price.ts';
import {addStarts, settleSlice} from './recent-starts.ts';
import {changeSpec} from './reduce-spec-change.ts';
import type {QueueState, RunState} from './state.ts';
import {type Status, statusCode} from './state.ts';

/**
 * The only way the state changes, live and on replay alike: no clock, no chance, no effects. `offset` is where
 * the event's line stands in the journal.
 */
export function reduce(state: RunState, event: RunEvent, offset: number): void {
	switch (event.type) {
		case 'run-created':
			state.runId = event.runId;
			state.createdAt = event.at;
			state.toolVersion = event.toolVersion;
			state.specDigest = event.specDigest;
			state.simulated = event.simulated;
			state.count = event.count;
			state.columns = createColumns(event.count);
			state.queues = event.queues.map(createQueue);
			state.totals.status[statusCode.queued] = event.count;
			state.epochs.push({startsAt: offset, kept: []});
			return;
		case 'session-started':
			state.session.number = event.session;
			state.session.startedAt = event.at;
			state.session.finished = 0;
			state.session.cost = 0n;
			state.concurrency = event.concurrency;
			for (const [position, queue] of state.queues.entries()) {
				queue.price = event.prices[position] ?? null;
			}

			for (const provider of state.providers.values()) {
				provider.connectionFailures = 0;
			}

			probeHeldQueues(state);
			return;
		case 'session-ended':
			return;
		case 'spec-changed':
			changeSpec(state, event, offset);
			return;
		case 'attempt-started':
			for (const index of event.indexes) {
				startAttempt(state, index, event.queue, event.at);
			}

			addStarts(state.queues[event.queue]!.recentStarts, event.at, event.indexes.length, event.tokens ?? 0);

			return;
		case 'attempt-answered':
			takeAnswer(state, event, offset);
			return;
		case 'attempt-failed':
			takeFailure(state, event, offset);
			return;
		case 'attempts-lost':
			for (const index of event.indexes) {
				endAttempt(state, index, 'queued');
			}

			state.totals.maybeBilled.calls += event.maybeBilledCalls;
			state.totals.maybeBilled.cost += BigInt(event.maybeBilledPico);
			return;
		case 'duplicate-answered':
			state.totals.duplicates++;
			pay(state, null, event.lane, event.usage, event.costPico);
			return;
		case 'paused':
			state.paused = true;
			return;
		case 'resumed':
			state.paused = false;
			probeHeldQueues(state);
			return;
		case 'queue-held': {
			const queue = state.queues[event.queue]!;
			queue.access = 'held';
			queue.failure = event.failure;
			return;
		}

		case 'concurrency-changed':
			state.concurrency = event.concurrency;
			return;
		case 'run-finished':
			state.finishedAt = event.at;
			return;
		case 'results-written':
			state.resultsWritten = true;
			return;
	}
}

function startAttempt(state: RunState, index: number, queue: number, at: number): void {
	const {columns, totals} = state;
	if (columns.attempts[index] === 0) {
		totals.started++;
	}

	// Still out only where the line of its end is damaged: a slot that nobody frees would block a probe for ever.
	endAttempt(state, index, 'in-flight');
	columns.attempts[index] = Math.min(mostAttempts, columns.attempts[index]! + 1);
	totals.attempts++;
	state.inFlight.set(index, {startedAt: at, queue, attempt: columns.attempts[index]!});
	state.queues[queue]!.inFlight++;
	providerOf(state, state.queues[queue]!.info.provider).inFlight++;
	state.finishedAt = null;
}

/** `Columns` counts attempts in two bytes. */
const mostAttempts = 65_535;

/** Frees the attempt's slot and returns its queue, or null when it was not in flight. */
function endAttempt(state: RunState, index: number, status: Status): QueueState | null {
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

function takeAnswer(state: RunState, event: AttemptAnswered, offset: number): void {
	const {index} = event;
	const queue = endAttempt(state, index, 'done');
	state.columns.offset[index] = offset;
	state.truncated.delete(index);
	state.totals.done[event.lane]++;
	pay(state, queue, event.lane, event.usage, event.costPico);
	finishRequest(state, event.at);
	if (queue) {
		settle(queue, event.startedAt, event.usage);
		queue.done++;
		reached(state, queue);
		prove(queue);
	}
}

function takeFailure(state: RunState, event: AttemptFailed, offset: number): void {
	const {index, failure, retryAt} = event;
	const {columns, totals} = state;
	const queue = endAttempt(state, index, statusAfter[event.sequel]);
	columns.offset[index] = offset;
	const cause = causeOf(failure);
	totals.failedAttempts.set(cause, (totals.failedAttempts.get(cause) ?? 0) + 1);
	if (event.usage) {
		pay(state, queue, event.lane, event.usage, event.costPico);
	}

	if (event.maybeBilled) {
		totals.maybeBilled.calls++;
		totals.maybeBilled.cost += BigInt(event.maybeBilledPico);
	}

	if (event.sequel === 'retry' || event.sequel === 'wait') {
		const used = event.sequel === 'retry' ? columns.retries : columns.waits;
		used[index] = Math.min(255, used[index]! + 1);
		state.waiting.set(index, retryAt ?? event.at);
	}

	if (event.sequel === 'fail') {
		totals.failed.set(failure.kind, (totals.failed.get(failure.kind) ?? 0) + 1);
		state.truncated.delete(index);
		finishRequest(state, event.at);
	} else if (failure.kind === 'truncated') {
		state.truncated.set(index, (state.truncated.get(index) ?? 0) + 1);
	}

	if (!queue) {
		return;
	}

	if (event.sequel === 'fail') {
		queue.failed++;
	}

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

const statusAfter = {retry: 'waiting', wait: 'waiting', hold: 'queued', fail: 'failed'} as const;

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

function finishRequest(state: RunState, at: number): void {
	state.resultsWritten = false;
	state.session.finished++;
	state.lastFinishedAt = at;
}

function pay(
	state: RunState,
	queue: QueueState | null,
	lane: Lane,
	usage: Usage,
	costPico: number | null,
): void {
	const {totals} = state;
	for (const tokens of queue ? [totals.tokens, queue.tokens] : [totals.tokens]) {
		tokens.input += usage.input;
		tokens.cached += usage.cached;
		tokens.output += usage.output;
	}

	if (costPico === null) {
		totals.unpricedCalls++;
		return;
	}

	const cost = BigInt(costPico);
	totals.cost[lane] += cost;
	state.session.cost += cost;
	if (queue) {
		queue.cost[lane] += cost;
	}
}

function setStatus(state: RunState, index: number, status: Status): void {
	const {status: counts} = state.totals;
	const {status: column} = state.columns;
	counts[column[index]!]!--;
	column[index] = statusCode[status];
	counts[column[index]!]!++;
}

function probeHeldQueues(state: RunState): void {
	for (const queue of state.queues) {
		if (queue.access === 'held') {
			queue.access = 'probing';
		}
	}
}
