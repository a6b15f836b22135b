import type {StageEvent} from './added-event.ts';
import type {IndexRanges} from './batch.ts';
import type {BatchEvent} from './batch-event.ts';
import type {Consequence, Failure, FailureKind} from './failure.ts';
import type {Lane, Price, Usage} from './price.ts';
import type {QueueInfo} from './request.ts';
import type {ResultFacts} from './result-files.ts';
import type {SampleEvent} from './sample-event.ts';
import type {Served} from './served.ts';
import type {CallPart} from './sharing.ts';
import type {TriageEvent} from './triage-event.ts';
import type {AnswersShared} from './twin-event.ts';

/** Who paused a run. */
export type PauseCause = 'person' | 'signal';

/**
 * What chance hangs on, beside the digest of the spec (which requests are a canary) and the id of the run (names, order
 * and audits of what shares a call). Waits before retries are chance, and stand on record as they were.
 */
export type RunSeeds = {
	/** Of `sample`: which rows of a file were taken; null: all were. */
	readonly sample: number | null;
	/** Null for a real run. */
	readonly simulator: number | null;
};

/** A kept range of a changed spec: `length` requests from `from` on were at `was` on before. */
export type KeptRange = readonly [from: number, was: number, length: number];

/**
 * Facts in the past tense: the only things that change the state, and the lines of the journal. `at` is
 * milliseconds since the epoch. Time and chance enter here as fields, so that the same journal always gives the
 * same state.
 */
export type RunEvent =
	| BatchEvent
	| TriageEvent
	| StageEvent
	| SampleEvent
	| AnswersShared
	| {
			readonly type: 'run-created';
			readonly at: number;
			readonly runId: string;
			readonly toolVersion: string;
			/** Version of the journal's form, see `event-line.ts`; absent in older journals. */
			readonly journal?: number;
			/** Digest of everything in the spec that is not operational, input files included. */
			readonly specDigest: string;
			/** The simulator's script, or null for a real run. */
			readonly simulated: string | null;
			readonly count: number;
			readonly queues: readonly QueueInfo[];
			/** By position in `queues`, as they were when the run was made; absent in older journals. */
			readonly prices?: readonly (Price | null)[];
			/** Absent in older journals. */
			readonly seeds?: RunSeeds;
	  }
	/** One process began to work on the run. */
	| {
			readonly type: 'session-started';
			readonly at: number;
			/** As above: a later version may go on with a run. */
			readonly journal?: number;
			readonly session: number;
			/** Its version of the program; absent in older journals. */
			readonly toolVersion?: string;
			readonly pid: number;
			readonly host: string;
			/** By position in `queues`; null where the price is unknown. */
			readonly prices: readonly (Price | null)[];
			readonly concurrency: number;
	  }
	| {
			readonly type: 'session-ended';
			readonly at: number;
			readonly reason: string;
	  }
	/** `--reinit-meta`: a changed spec was accepted. Requests outside `kept` are new. */
	| {
			readonly type: 'spec-changed';
			readonly at: number;
			readonly specDigest: string;
			/** Counts the accepted specs of the run from 1; their inputs lie in `inputs/`, `inputs/2/`, … */
			readonly epoch: number;
			readonly count: number;
			readonly queues: readonly QueueInfo[];
			readonly kept: readonly KeptRange[];
			/** Positions among those that stages had added which stay, as start and length; absent: all of them. */
			readonly added?: readonly (readonly [start: number, length: number])[];
			/** Of the kept requests that had failed, by kind. */
			readonly failedKinds: {readonly [K in FailureKind]?: number};
	  }
	/** Written before the calls leave, so that a crash knows what may have been paid for. */
	| {
			readonly type: 'attempt-started';
			readonly at: number;
			readonly queue: number;
			readonly indexes: readonly number[];
			/** How many of them share each call, in order; absent: every one has its own. */
			readonly sizes?: readonly number[];
			/** Set aside for them all where tokens are limited; else absent. */
			readonly tokens?: number;
	  }
	| AttemptAnswered
	| AttemptFailed
	/** Calls that ended without an outcome: killed with the process, or aborted by a person who would not wait. */
	| {
			readonly type: 'attempts-lost';
			readonly at: number;
			readonly indexes: readonly number[];
			readonly reason: 'killed' | 'aborted';
			/** Worst case of those that may have been billed, in picodollars. */
			readonly maybeBilledPico: number;
			readonly maybeBilledCalls: number;
			/** Their worst case, input and output; absent in older journals. */
			readonly maybeBilledTokens?: number;
	  }
	/** An answer came for a request that has a result already: kept, its cost counted, nothing else changes. */
	| {
			readonly type: 'duplicate-answered';
			readonly at: number;
			readonly index: number;
			readonly lane: Lane;
			readonly usage: Usage;
			readonly costPico: number | null;
			/** Of a batch: the line, so that it is counted once. */
			readonly line?: {readonly shard: number; readonly position: number};
			readonly raw: string;
	  }
	| {readonly type: 'paused'; readonly at: number; readonly cause: PauseCause}
	/** A person goes on. Held queues become probing, as they do at the start of a session. */
	| {readonly type: 'resumed'; readonly at: number}
	| {
			readonly type: 'queue-held';
			readonly at: number;
			readonly queue: number;
			readonly failure: Failure;
	  }
	/** The audited answers of a queue agreed too seldom: its requests share no calls any more. */
	| {
			readonly type: 'packing-stopped';
			readonly at: number;
			readonly queue: number;
			readonly audited: number;
			readonly agreed: number;
	  }
	| {
			readonly type: 'concurrency-changed';
			readonly at: number;
			readonly concurrency: number;
	  }
	| JournalMended
	| {readonly type: 'run-finished'; readonly at: number}
	/** The result files hold every outcome that is on record. */
	| ({readonly type: 'results-written'; readonly at: number} & ResultFacts);

/**
 * Lines before this one are damaged or gone. What is known of the run nevertheless stands here as a whole, and replay
 * goes on from it: what a line told that was lost need not be guessed twice.
 */
export type JournalMended = {
	readonly type: 'journal-mended';
	readonly at: number;
	/** Their outcomes could not be read any more: they are asked again. */
	readonly requeued: IndexRanges;
	/** A stage had added them, and what they ask is lost: they count as failed. */
	readonly lost: IndexRanges;
	/** The state as in `state.json`; empty where the line was read without its body. */
	readonly saved: string;
};

/** A usable answer: the request is done, asked again, or done once its stage has accepted it. */
export type AttemptAnswered = {
	readonly type: 'attempt-answered';
	readonly at: number;
	readonly index: number;
	readonly lane: Lane;
	readonly startedAt: number;
	readonly requestId: string | null;
	readonly usage: Usage;
	/** True when the API sent no usage and the counts are an estimate. */
	readonly usageEstimated: boolean;
	/** Output tokens that the body allowed, over all choices; null where nothing bounds them. */
	readonly allowed: number | null;
	/** Null when the model's price is unknown. */
	readonly costPico: number | null;
	readonly batchId: string | null;
	/** Set where several requests shared the call. */
	readonly call?: CallPart;
	/** Offset of the previous journal line about this request, or -1: the chain is its history. */
	readonly previous: number;
	/** What the API says it answered with, where that is not what the queue's last answer said; else absent. */
	readonly served?: Served;
	/** Taken over from an output that was made elsewhere, by the queue with this number; else absent. */
	readonly adopted?: number;
	/** On record before its stage judges it; else absent. */
	readonly unjudged?: true;
	/** How often the request was asked and answered, or failed, before: see `asking.ts`; absent: 0. */
	readonly round?: number;
	/** The request is asked once more; absent: it is done. */
	readonly more?: true;
	/** Of an item that a pack has answered and that was asked alone as well: whether both gave the same. */
	readonly agrees?: boolean;
	/** The response body as JSON text on one line. */
	readonly raw: string;
};

/** A failed attempt and what follows from it. */
export type AttemptFailed = {
	readonly type: 'attempt-failed';
	readonly at: number;
	readonly index: number;
	readonly lane: Lane;
	readonly startedAt: number;
	readonly failure: Failure;
	readonly requestId: string | null;
	/**
	 * `retry` and `wait` come due at `retryAt`; `hold` and `requeue` put the request back into its queue; `fail` is
	 * for good. Where a request is asked several times, its round has failed for good with `more`, and it is asked
	 * again; with `conclude` it is done, as the rounds before are enough.
	 */
	readonly sequel: Consequence | 'more' | 'conclude';
	readonly retryAt: number | null;
	/** `retryAt` follows a hint of the server, so the whole queue waits for it. */
	readonly hinted: boolean;
	readonly usage: Usage | null;
	readonly costPico: number | null;
	readonly maybeBilled: boolean;
	/** Worst case in picodollars, counted apart while `maybeBilled`. */
	readonly maybeBilledPico: number;
	/** The same in tokens, input and output. */
	readonly maybeBilledTokens: number;
	readonly batchId: string | null;
	/** Set where several requests shared the call. */
	readonly call?: CallPart;
	readonly previous: number;
	readonly round?: number;
	/** A 2xx body that could not be used, as text; it may have been paid for. */
	readonly raw: string | null;
};

/** Events about one request that a person may look up later. */
export type AttemptEvent = AttemptAnswered | AttemptFailed;

/** Whether a failed attempt was the last of its request. */
export function hasOutcome(sequel: AttemptFailed['sequel']): boolean {
	return sequel === 'fail' || sequel === 'conclude';
}
