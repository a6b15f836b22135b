import {emptyCompletion} from './completion.ts';
import type {Failure, FailureKind} from './failure.ts';
import {emptyPacking} from './packing.ts';
import type {QueueInfo} from './request.ts';
import {
	type AddedState,
	type Columns,
	type ProviderState,
	type QueueState,
	type RunState,
	statusCode,
	statuses,
} from './state.ts';

/** Connections that fail in a row before a provider counts as offline. */
const connectionFailuresUntilOffline = 5;

/** The state before the first event. */
export function createState(): RunState {
	return {
		runId: '',
		createdAt: 0,
		toolVersion: '',
		specDigest: '',
		simulated: null,
		seeds: null,
		epochs: [],
		count: 0,
		columns: createColumns(0),
		added: createAdded(0),
		stages: [],
		lastAddedAt: 0,
		stageFailure: null,
		unjudged: new Set(),
		queues: [],
		providers: new Map(),
		totals: {
			status: statuses.map(() => 0),
			started: 0,
			rounds: 0,
			attempts: 0,
			calls: 0,
			tokens: {input: 0, cached: 0, output: 0},
			cost: {direct: 0n, batch: 0n},
			unpricedCalls: 0,
			done: {direct: 0, batch: 0},
			maybeBilled: {calls: 0, tokens: 0, cost: 0n},
			failed: new Map<FailureKind, number>(),
			failedAttempts: new Map<string, number>(),
			duplicates: 0,
			batches: {submitted: 0, collected: 0},
			aside: {unknown: 0, duplicate: 0, garbled: 0, orphans: 0},
		},
		session: {
			number: 0,
			startedAt: 0,
			finished: 0,
			attempts: 0,
			calls: 0,
			tokens: 0,
			cost: 0n,
			maybeBilled: 0n,
			maybeBilledTokens: 0,
			failedBatches: 0,
		},
		paused: false,
		concurrency: 1,
		finishedAt: null,
		resultsWritten: false,
		results: {},
		waiting: new Map(),
		inFlight: new Map(),
		callsOut: 0,
		mostShared: new Map(),
		truncated: new Map(),
		rounds: new Map(),
		roundDue: new Set(),
		expired: new Map(),
		missing: new Map(),
		unwanted: new Set(),
		moved: new Map(),
		pulled: new Set(),
		changed: new Map(),
		changes: [],
		batches: new Map(),
		lastShard: 0,
		sample: null,
		hadCanary: false,
		forceDirect: false,
		guard: {finished: 0, passed: 0, badPasses: 0, tripped: null},
		limitReached: null,
		raisedCost: null,
		journalEnd: 0,
		latestAt: 0,
		lastFinishedAt: 0,
	};
}

export function createColumns(count: number): Columns {
	return {
		status: new Uint8Array(count).fill(statusCode.queued),
		attempts: new Uint16Array(count),
		retries: new Uint8Array(count),
		waits: new Uint8Array(count),
		offset: new Float64Array(count).fill(-1),
	};
}

export function createAdded(from: number): AddedState {
	return {from, offset: new Float64Array(), queue: new Uint16Array(), stage: new Uint8Array()};
}

export function createQueue(info: QueueInfo): QueueState {
	return {
		info,
		price: null,
		access: 'open',
		failure: null,
		throttledUntil: 0,
		recentStarts: [],
		inFlight: 0,
		done: 0,
		shared: 0,
		failed: 0,
		tokens: {input: 0, cached: 0, output: 0},
		cost: {direct: 0n, batch: 0n},
		enqueuedLimit: null,
		submitAt: 0,
		releases: {},
		completion: emptyCompletion(),
		packing: emptyPacking(),
		served: [],
		servedLast: -1,
		latencies: [],
	};
}

export function providerOf(state: RunState, name: string): ProviderState {
	let provider = state.providers.get(name);
	if (!provider) {
		provider = {connectionFailures: 0, probeAt: 0, inFlight: 0};
		state.providers.set(name, provider);
	}

	return provider;
}

export function isOffline(provider: ProviderState): boolean {
	return provider.connectionFailures >= connectionFailuresUntilOffline;
}

/** The call broke off without a word of an answer, and so did those before it: the line is gone, not this call. */
export function isCutOff(state: RunState, provider: string, {kind, status}: Failure): boolean {
	const before = state.providers.get(provider)?.connectionFailures ?? 0;
	return kind === 'network' && status === null && before + 1 >= connectionFailuresUntilOffline;
}
