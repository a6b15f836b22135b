import {createState} from '../../source/domain/create-state.ts';
import type {AttemptAnswered, AttemptFailed, RunEvent} from '../../source/domain/event.ts';
import type {Failure, FailureKind} from '../../source/domain/failure.ts';
import {type Price, rate} from '../../source/domain/price.ts';
import {reduce} from '../../source/domain/reduce.ts';
import type {QueueInfo} from '../../source/domain/request.ts';
import type {RunState} from '../../source/domain/state.ts';

/** When runs of the tests begin. */
export const start = Date.UTC(2026, 10, 20, 12, 0, 0);

/** 2.5, 1.25 and 10 USD per million tokens. */
export const testPrice: Price = {
	direct: {input: rate(2.5), cachedInput: rate(1.25), output: rate(10)},
	batch: {input: rate(1.25), cachedInput: rate(0.625), output: rate(5)},
	tiers: [],
	source: 'test',
};

export function queueInfo(model: string, provider = 'openai'): QueueInfo {
	return {key: `${provider}/${model}`, provider, model};
}

export function failure(kind: FailureKind, status: number | null = null, message = ''): Failure {
	return {kind, status, code: null, message};
}

export function created(count: number, queues: readonly QueueInfo[] = [queueInfo('gpt-4o-mini')]): RunEvent {
	return {
		type: 'run-created',
		at: start,
		runId: 'run-1',
		toolVersion: '0.1.0',
		specDigest: 'digest',
		simulated: null,
		count,
		queues,
	};
}

export function sessionStarted(
	prices: readonly (Price | null)[] = [testPrice],
	{at = start, concurrency = 64, session = 1} = {},
): RunEvent {
	return {type: 'session-started', at, session, pid: 1, host: 'host', prices, concurrency};
}

export function started(indexes: readonly number[], at = start, queue = 0): RunEvent {
	return {type: 'attempt-started', at, queue, indexes};
}

export function answered(index: number, fields: Partial<AttemptAnswered> = {}): AttemptAnswered {
	return {
		type: 'attempt-answered',
		at: start + 1000,
		index,
		lane: 'direct',
		startedAt: start,
		requestId: null,
		usage: {input: 0, cached: 0, output: 0},
		usageEstimated: false,
		allowed: null,
		costPico: 0,
		batchId: null,
		previous: -1,
		raw: '{}',
		...fields,
	};
}

/** By default a 503 that is tried again 1 s later. */
export function failed(index: number, fields: Partial<AttemptFailed> = {}): AttemptFailed {
	const at = fields.at ?? start + 1000;
	const sequel = fields.sequel ?? 'retry';
	return {
		type: 'attempt-failed',
		at,
		index,
		lane: 'direct',
		startedAt: start,
		failure: failure('server', 503),
		requestId: null,
		sequel,
		retryAt: sequel === 'retry' || sequel === 'wait' ? at + 1000 : null,
		hinted: false,
		usage: null,
		costPico: null,
		maybeBilled: false,
		maybeBilledPico: 0,
		maybeBilledTokens: 0,
		batchId: null,
		previous: -1,
		raw: null,
		...fields,
	};
}

/** A journal in memory: an event's offset is its position, and the state is what `reduce` makes of them all. */
export type RunFixture = {
	readonly state: RunState;
	readonly events: RunEvent[];
	/** Reduces the events in order. */
	take(...events: readonly RunEvent[]): void;
	readEvent(offset: number): RunEvent;
};

export function runFixture(...events: readonly RunEvent[]): RunFixture {
	const fixture: RunFixture = {
		state: createState(),
		events: [],
		take(...more) {
			for (const event of more) {
				reduce(fixture.state, event, fixture.events.length);
				fixture.events.push(event);
				fixture.state.journalEnd = fixture.events.length;
			}
		},
		readEvent(offset) {
			const event = fixture.events[offset];
			if (!event) {
				throw new Error(`no event at ${offset}`);
			}

			return event;
		},
	};
	fixture.take(...events);
	return fixture;
}

export function runState(...events: readonly RunEvent[]): RunState {
	return runFixture(...events).state;
}
