import type {PauseCause, RunEvent} from '../domain/event.ts';
import type {FailureKind} from '../domain/failure.ts';
import {usd} from '../domain/money.ts';
import type {QueueInfo} from '../domain/request.ts';
import {failureText} from '../view/words.ts';

/** What an event alone does not say. Asked after the state took the event in. */
export type DisplayContext = {
	readonly queues: readonly QueueInfo[];
	readonly id: (index: number) => string;
	/** Attempts of a request so far. */
	readonly attempts: (index: number) => number;
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
	| {readonly event: 'paused'; readonly at: string; readonly by: PauseCause; readonly reason: string}
	| {readonly event: 'resumed'; readonly at: string}
	| {readonly event: 'held'; readonly at: string; readonly queue: string; readonly reason: string};

const pauseReasons: {readonly [C in PauseCause]: string} = {
	person: 'a person paused the run',
	signal: 'a signal paused the run',
};

/** Null for events that the JSON display does not show. */
export function toDisplayEvent(event: RunEvent, context: DisplayContext): DisplayEvent | null {
	switch (event.type) {
		case 'attempt-answered':
			return {
				event: 'request-finished',
				at: isoTime(event.at),
				id: context.id(event.index),
				index: event.index,
				mode: event.lane,
				attempts: context.attempts(event.index),
				cost_usd: event.costPico === null ? null : usd(BigInt(event.costPico)),
			};
		case 'attempt-failed': {
			const about = {at: isoTime(event.at), id: context.id(event.index)};
			const {kind, status} = event.failure;
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
		default:
			return null;
	}
}

export function isoTime(at: number): string {
	return new Date(at).toISOString();
}
