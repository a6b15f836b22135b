import type {AnswerAccepted} from '../domain/added-event.ts';
import {type BatchCounts, type BatchState, requestsIn} from '../domain/batch.ts';
import type {BatchEvent} from '../domain/batch-event.ts';
import type {AttemptEvent, PauseCause, RunEvent} from '../domain/event.ts';
import type {FailureKind} from '../domain/failure.ts';
import {isoTime} from '../domain/iso-time.ts';
import {usd} from '../domain/money.ts';
import type {QueueInfo} from '../domain/request.ts';
import type {SamplePurpose} from '../domain/sample-event.ts';
import {givenUpFailure} from '../domain/triage-event.ts';
import {limitWord} from '../view/limit-words.ts';
import {failureText} from '../view/words.ts';
import {type PackingDisplay, packingDisplay} from './packing-display.ts';
import {type SampleDisplay, sampleDisplay} from './sample-display.ts';

/** What an event alone does not say. Asked after the state took the event in. */
export type DisplayContext = {
	readonly queues: readonly QueueInfo[];
	readonly id: (index: number) => string;
	/** Attempts of a request so far. */
	readonly attempts: (index: number) => number;
	/** Of all rounds of a request that was asked several times, up to this. */
	readonly costUsd: (event: AttemptEvent) => number | null;
	/** What the whole run will come to, in USD; null where nobody knows. */
	readonly forecastUsd: () => number | null;
	/** Null once it is cleaned up. */
	readonly batch: (
		shard: number,
	) => Pick<BatchState, 'batchId' | 'status' | 'counts' | 'count' | 'sizes' | 'indexes'> | null;
};

/** The objects of contract section 4 that follow from events. `at` and `retry_at` are ISO times. */
export type DisplayEvent =
	| {
			readonly event: 'request-finished';
			readonly at: string;
			readonly id: string;
			readonly index: number;
			readonly mode: string;
			readonly attempts: number;
			/** Null when the price is unknown. */
			readonly cost_usd: number | null;
	  }
	| {
			readonly event: 'request-failed';
			readonly at: string;
			readonly id: string;
			readonly index: number;
			readonly kind: FailureKind;
			readonly status: number | null;
	  }
	| {
			readonly event: 'retry-scheduled';
			readonly at: string;
			readonly id: string;
			readonly kind: FailureKind;
			readonly status: number | null;
			readonly wait_ms: number;
			readonly retry_at: string;
	  }
	| BatchDisplay
	| {readonly event: 'limit-reached'; readonly at: string; readonly limit: string; readonly value: number}
	| {
			readonly event: 'paused';
			readonly at: string;
			/** A person, a signal, the guard, a sample that went first, or a stage of the run. */
			readonly by: PauseCause | 'guard' | SamplePurpose | (string & {});
			readonly reason: string;
	  }
	| SampleDisplay
	| {readonly event: 'resumed'; readonly at: string}
	| PackingDisplay
	| {readonly event: 'held'; readonly at: string; readonly queue: string; readonly reason: string};

export type BatchDisplay = {
	readonly event: 'batch-submitted' | 'batch-updated' | 'batch-collected';
	readonly at: string;
	/** Null when the API never had it. */
	readonly batch_id: string | null;
	readonly shard: number;
	readonly status: string;
	readonly counts: BatchCounts;
};

const pauseReasons: {readonly [C in PauseCause]: string} = {
	person: 'a person paused the run',
	signal: 'a signal paused the run',
};

/** What the JSON display shows of an event: one object as a rule, one a request where many were given up. */
export function toDisplayEvents(event: RunEvent, context: DisplayContext): readonly DisplayEvent[] {
	if (event.type === 'requests-given-up') {
		const {kind, status} = givenUpFailure;
		const at = isoTime(event.at);
		return event.indexes.map(index => ({
			event: 'request-failed',
			at,
			id: context.id(index),
			index,
			kind,
			status,
		}));
	}

	if (event.type === 'answers-shared') {
		const at = isoTime(event.at);
		return event.indexes.map(index => ({
			event: 'request-finished',
			at,
			id: context.id(index),
			index,
			mode: event.lane,
			attempts: context.attempts(index),
			cost_usd: 0,
		}));
	}

	if (event.type === 'sample-done') {
		const at = isoTime(event.at);
		const reason = `the ${event.purpose} is done; --unpause goes on with the rest`;
		return [
			sampleDisplay(event, context.forecastUsd()),
			...(event.pauses ? [{event: 'paused', at, by: event.purpose, reason} as const] : []),
		];
	}

	const shown = toDisplayEvent(event, context);
	return shown ? [shown] : [];
}

/** Null for events that the JSON display does not show. */
function toDisplayEvent(
	event: Exclude<RunEvent, {type: 'requests-given-up' | 'sample-done' | 'answers-shared'}>,
	context: DisplayContext,
): DisplayEvent | null {
	switch (event.type) {
		case 'attempt-answered':
		case 'answer-accepted':
			return 'unjudged' in event || 'more' in event ? null : finished(event, context);
		case 'attempt-failed':
		case 'answer-refused': {
			const about = {at: isoTime(event.at), id: context.id(event.index)};
			const {kind, status} = event.failure;
			if (event.sequel === 'conclude') {
				return finished(event, context);
			}

			if (event.sequel === 'fail') {
				return {event: 'request-failed', ...about, index: event.index, kind, status};
			}

			if (event.retryAt === null) {
				return null;
			}

			const waitMs = event.retryAt - event.at;
			const retryAt = isoTime(event.retryAt);
			return {event: 'retry-scheduled', ...about, kind, status, wait_ms: waitMs, retry_at: retryAt};
		}

		case 'paused':
			return {event: 'paused', at: isoTime(event.at), by: event.cause, reason: pauseReasons[event.cause]};
		case 'resumed':
			return {event: 'resumed', at: isoTime(event.at)};
		case 'queue-held':
			return {
				event: 'held',
				at: isoTime(event.at),
				queue: context.queues[event.queue]?.key ?? '',
				reason: failureText(event.failure),
			};
		case 'packing-stopped':
			return packingDisplay(event, context.queues);
		case 'stage-failed':
			return {event: 'paused', at: isoTime(event.at), by: event.stage, reason: event.reason};
		case 'guard-tripped':
			return {event: 'paused', at: isoTime(event.at), by: 'guard', reason: event.reason};
		case 'limit-reached':
			return {
				event: 'limit-reached',
				at: isoTime(event.at),
				limit: limitWord(event.limit),
				value: event.value,
			};
		case 'sample-begun':
		case 'run-created':
		case 'session-started':
		case 'session-ended':
		case 'spec-changed':
		case 'attempt-started':
		case 'attempts-lost':
		case 'duplicate-answered':
		case 'concurrency-changed':
		case 'journal-mended':
		case 'run-finished':
		case 'results-written':
		case 'direct-forced':
		case 'pass-judged':
		case 'ceiling-raised':
		case 'requests-wiped':
		case 'requests-retried':
		case 'requests-unwanted':
		case 'requests-restored':
		case 'requests-moved':
		case 'queue-added':
		case 'params-changed':
		case 'request-added':
		case 'stage-opened':
		case 'stage-closed':
			return null;
		default:
			return batchDisplay(event, context);
	}
}

function finished(event: AttemptEvent | AnswerAccepted, context: DisplayContext): DisplayEvent {
	const {at, index, lane, costPico} = event;
	const cost = costPico === null ? null : usd(BigInt(costPico));
	return {
		event: 'request-finished',
		at: isoTime(at),
		id: context.id(index),
		index,
		mode: lane,
		attempts: context.attempts(index),
		cost_usd: 'round' in event ? context.costUsd(event) : cost,
	};
}

/** What changed about a batch, as the state has it now. */
function batchDisplay(
	event: Extract<BatchEvent, {shard: number}>,
	context: DisplayContext,
): BatchDisplay | null {
	const batch = context.batch(event.shard);
	const about = (name: BatchDisplay['event'], status: string, counts: BatchCounts): BatchDisplay => ({
		event: name,
		at: isoTime(event.at),
		batch_id: batch?.batchId ?? null,
		shard: event.shard,
		status,
		counts,
	});
	const counts = batch?.counts ?? {total: 0, completed: 0, failed: 0};
	switch (event.type) {
		case 'batch-submitted':
			return about('batch-submitted', event.status, counts);
		case 'batch-updated':
			return about('batch-updated', event.status, event.counts);
		case 'batch-rejected':
			return about('batch-updated', 'failed', counts);
		case 'batch-collected': {
			const {done, failed} = event.outcomes;
			const total = batch ? requestsIn(batch) : counts.total;
			// What expired or was missing is the rest.
			return about('batch-collected', batch?.status ?? '', {total, completed: done, failed});
		}

		case 'shard-cut':
		case 'batch-uploaded':
		case 'batch-submitting':
		case 'batch-step-failed':
		case 'batch-cancel-asked':
		case 'batch-cancelling':
		case 'shard-released':
		case 'batch-cleaned':
			return null;
	}
}
