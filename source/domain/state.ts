import type {BatchState, ReleaseReason} from './batch.ts';
import type {RunSeeds} from './event.ts';
import type {Failure, FailureKind} from './failure.ts';
import type {LimitName} from './limit.ts';
import type {Packing} from './packing-count.ts';
import type {KeptChange} from './param-change.ts';
import type {Lane, Price} from './price.ts';
import type {StartSlice} from './recent-starts.ts';
import type {QueueInfo} from './request.ts';
import type {ResultFacts} from './result-files.ts';
import type {Sample} from './sample-state.ts';
import type {ServedCount} from './served.ts';

/** In the order of their codes in `Columns.status`. */
export const statuses = ['queued', 'waiting', 'in-flight', 'batched', 'done', 'failed'] as const;
export type Status = (typeof statuses)[number];

export const statusCode = Object.fromEntries(statuses.map((status, code) => [status, code])) as {
	readonly [S in Status]: number;
};

/** In a status column: there is no such request yet. */
export const noStatus = 255;

/**
 * What is kept of every request: 13 bytes. All else about it stands in the journal, from `offset` backwards. Where
 * requests are added, the columns are longer than `count`, and each is replaced by a longer one now and then: nobody
 * keeps one of them over a turn.
 */
export type Columns = {
	status: Uint8Array;
	/** Attempts so far, refused ones included; retries = attempts - 1 where a request is asked once. */
	attempts: Uint16Array;
	/** Retries used up since the last fresh budget. */
	retries: Uint8Array;
	/** Waits used up since the last fresh budget. */
	waits: Uint8Array;
	/** Journal offset of the last line about the request, or -1. */
	offset: Float64Array;
};

/** Requests that the spec does not have: they stand behind its own. Columns as above, by `index - from`. */
export type AddedState = {
	/** How many requests the spec has. */
	from: number;
	/** Journal offset of the line that holds the request. */
	offset: Float64Array;
	queue: Uint16Array;
	/** Position in `stages`. */
	stage: Uint8Array;
};

export type StageState = {
	readonly name: string;
	/** It may still add requests. */
	isOpen: boolean;
	/** Its requests. */
	count: number;
	/** What they used up, and what may have been billed: held against the ceilings of the stage. */
	readonly used: {requests: number; tokens: number; costPico: bigint};
};

export type Tokens = {input: number; cached: number; output: number};

/** A queue is `held` until a person acts, then `probing` (one call at a time) until one succeeds. */
export type QueueState = {
	readonly info: QueueInfo;
	price: Price | null;
	access: 'open' | 'held' | 'probing';
	/** Why it is or was held. */
	failure: Failure | null;
	throttledUntil: number;
	/** Of the last minute. */
	readonly recentStarts: StartSlice[];
	inFlight: number;
	done: number;
	/** Of those, how many got the answer of another, at no cost. */
	shared: number;
	failed: number;
	readonly tokens: Tokens;
	readonly cost: {[L in Lane]: bigint};
	/** Enqueued tokens that the provider grants its batches, learned from a refusal; null while unknown. */
	enqueuedLimit: number | null;
	/** No batch is submitted before: it was refused for its tokens. */
	submitAt: number;
	/** How often its shards were released, by reason, since a batch of it was collected last. */
	releases: {[R in ReleaseReason]?: number};
	/** Answers by the part of their allowance that they used: see `completion.ts`. */
	readonly completion: number[];
	/** What calls that several requests share have come to. */
	readonly packing: Packing;
	/** What its answers came from, in the order in which it was first seen, and which of them it was last. */
	readonly served: ServedCount[];
	servedLast: number;
	/** Answers of direct calls by how long they took: see `latency.ts`. */
	readonly latencies: number[];
};

export type ProviderState = {
	/** Connections that failed since the last that did not. */
	connectionFailures: number;
	/** While offline: when the next probe may leave. */
	probeAt: number;
	inFlight: number;
};

export type InFlight = {
	readonly startedAt: number;
	readonly queue: number;
	readonly attempt: number;
	/** The first of those that share its call: itself where it has one of its own. The call is out while this one is. */
	readonly lead: number;
};

export type Totals = {
	/** By status code. */
	readonly status: number[];
	/** Requests that were started at least once, those that left the spec since included. */
	started: number;
	/** Rounds after the first one that were started at least once. */
	rounds: number;
	attempts: number;
	/** Direct calls and lines of batches: fewer than attempts where several requests share one. */
	calls: number;
	readonly tokens: Tokens;
	readonly cost: {[L in Lane]: bigint};
	/** Answers whose cost is unknown because the model has no price. */
	unpricedCalls: number;
	readonly done: {[L in Lane]: number};
	readonly maybeBilled: {calls: number; tokens: number; cost: bigint};
	/** Requests that failed for good. */
	readonly failed: Map<FailureKind, number>;
	/** Failed attempts by `kind status`, e.g. `server 503`. */
	readonly failedAttempts: Map<string, number>;
	duplicates: number;
	readonly batches: {submitted: number; collected: number};
	/** Lines of batches that belong to no request, or to one that has its outcome. */
	readonly aside: {unknown: number; duplicate: number; garbled: number; orphans: number};
};

export type SessionState = {
	/** Counts the sessions of the run from 1; 0 before the first. */
	number: number;
	startedAt: number;
	/** Requests that came to an end in this session. */
	finished: number;
	/** Of requests. */
	attempts: number;
	/** Direct calls and lines of batches. */
	calls: number;
	/** Input and output. */
	tokens: number;
	cost: bigint;
	maybeBilled: bigint;
	maybeBilledTokens: number;
	/** Batches that failed as a whole and were gone on after. */
	failedBatches: number;
};

/** How the last passes went; see `guard.ts`. */
export type GuardState = {
	/** Direct requests that were finished since the last pass was judged, and those of them with a result. */
	finished: number;
	passed: number;
	/** Bad passes in a row. */
	badPasses: number;
	/** Why the run is stopped, until a person goes on. */
	tripped: string | null;
};

/**
 * Everything the program knows about a run. It is changed in place, and only by `reduce`: a fresh copy per event
 * costs 20 ms at 100,000 requests.
 */
export type RunState = {
	runId: string;
	createdAt: number;
	toolVersion: string;
	specDigest: string;
	/** The simulator's script of a simulated run. */
	simulated: string | null;
	/** Null in a run of an older version. */
	seeds: RunSeeds | null;
	/** Accepted specs so far, and the journal offset at which each began. */
	readonly epochs: {
		readonly startsAt: number;
		readonly kept: readonly (readonly [number, number, number])[];
	}[];
	/** Those that were added included. */
	count: number;
	columns: Columns;
	readonly added: AddedState;
	/** In the order in which they first opened. */
	readonly stages: StageState[];
	/** When a stage added a request last. */
	lastAddedAt: number;
	/** Why a stage stopped the run; null once a person, or another session, goes on. */
	stageFailure: string | null;
	/** Answers that are on record and still to be judged. Their requests count as in flight, and no call is out. */
	readonly unjudged: Set<number>;
	queues: QueueState[];
	readonly providers: Map<string, ProviderState>;
	readonly totals: Totals;
	readonly session: SessionState;
	paused: boolean;
	concurrency: number;
	finishedAt: number | null;
	/** The result files hold every outcome. */
	resultsWritten: boolean;
	/** What they came to when they were written last. */
	results: ResultFacts;
	/** When a waiting request comes due. */
	readonly waiting: Map<number, number>;
	readonly inFlight: Map<number, InFlight>;
	/** Direct calls that are out: fewer than requests where several share one. */
	callsOut: number;
	/** Members that a request's next call may have, after a call of more was refused. */
	readonly mostShared: Map<number, number>;
	/** How often a request's answer was cut short: each time doubles its allowance of output tokens. */
	readonly truncated: Map<number, number>;
	/** How often a request was asked and answered, or failed, that is asked several times and has no result yet. */
	readonly rounds: Map<number, number>;
	/** Those whose next round was not tried yet. */
	readonly roundDue: Set<number>;
	/** How often a batch expired over a request, or left it out. */
	readonly expired: Map<number, number>;
	readonly missing: Map<number, number>;
	/** To be given up when their call or their batch comes back without an answer. */
	readonly unwanted: Set<number>;
	/** Rank in their queue: below 0 before all others, above 0 after them. */
	readonly moved: Map<number, number>;
	/** Pulled out of a batch: they go direct, whatever way their queue goes. */
	readonly pulled: Set<number>;
	/** By request, the number of the change that it is sent with. */
	readonly changed: Map<number, number>;
	readonly changes: KeptChange[];
	/** By shard number, until they are cleaned up. */
	readonly batches: Map<number, BatchState>;
	/** The highest shard number so far. */
	lastShard: number;
	/** The requests that go before all others, or went last. */
	sample: Sample | null;
	/** There was a canary: the run has no other. */
	hadCanary: boolean;
	/** A person forced direct mode. */
	forceDirect: boolean;
	readonly guard: GuardState;
	/** The ceiling in the way, once nothing is in flight that could make room. */
	limitReached: {readonly limit: LimitName; readonly value: number} | null;
	/** The cost ceiling that a person typed, and the one of the spec that it replaces. */
	raisedCost: {readonly over: number | null; readonly costPico: number} | null;
	/** The journal is contained up to here. */
	journalEnd: number;
	/** The time of the latest fact: a session that begins before it finds the clock set back. */
	latestAt: number;
	/** The last thing that happened, for progress lines. */
	lastFinishedAt: number;
};
