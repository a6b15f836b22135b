import {isOffline, providerOf} from './create-state.ts';
import type {AttemptAnswered, AttemptFailed} from './event.ts';
import type {FailureKind} from './failure.ts';
import {noteLatency} from './latency.ts';
import type {Usage} from './price.ts';
import {settleSlice} from './recent-starts.ts';
import type {QueueState, RunState} from './state.ts';

/** What an answered call says about its server and its key. */
export function learnOfAnswer(state: RunState, queue: QueueState, event: AttemptAnswered): void {
	noteLatency(queue.latencies, event.at - event.startedAt);
	settle(queue, event.startedAt, event.usage);
	reached(state, queue);
	prove(queue);
}

/** What the failed call says about its server, its limits and its key. */
export function learnOfFailure(state: RunState, queue: QueueState, event: AttemptFailed): void {
	const {failure, retryAt} = event;
	if (event.usage) {
		settle(queue, event.startedAt, event.usage);
	}

	if (event.hinted && retryAt !== null) {
		queue.throttledUntil = Math.max(queue.throttledUntil, retryAt);
	}

	if (failure.status !== null) {
		reached(state, queue);
	} else if (failure.kind === 'network') {
		missed(state, queue, retryAt ?? event.at);
	}

	if (kindsBehindAccess.has(failure.kind)) {
		prove(queue);
	}
}

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
