import {type Ceiling, noCeiling} from './limit.ts';
import type {Endpoint} from './request.ts';

export type Mode = 'auto' | 'batch' | 'direct';

/** The `rate` key of the spec. Requests and tokens per minute hold per queue, concurrency for the whole run. */
export type RateSettings = {
	/** Calls in flight at once. @default 64 */
	readonly concurrency: number;
	/** Requests per minute and queue over any 60 s window; null is no bound of ours. */
	readonly rpm: number | null;
	/** Tokens per minute and queue over any 60 s window. */
	readonly tpm: number | null;
	/** Follow the server's rate headers and refusals. @default true */
	readonly adaptive: boolean;
	/** `rate.by`: requests per minute that some queues have together, instead of `rpm` each. @default none */
	readonly joint?: readonly JointRate[];
};

/** One number of `rate.by`. */
export type JointRate = {
	/** The provider, group or model as the spec names it. */
	readonly name: string;
	/** Requests per minute of all its queues. */
	readonly rpm: number;
	/** Keys of the queues. No queue has two. */
	readonly queues: readonly string[];
};

/** The `retry` key of the spec. */
export type RetrySettings = {
	/** Retries after the first attempt. @default 2 */
	readonly maxRetries: number;
	/** First backoff. @default 1000 */
	readonly initialMs: number;
	/** Longest backoff of our own; a server's hint may be longer. @default 60000 */
	readonly maxMs: number;
	/** One attempt, body included. @default 600000 */
	readonly timeoutMs: number;
	/** Refused or unreached attempts of one request before it fails. @default 30 */
	readonly maxWaits: number;
	/** `--retry-fatal`: failures that are otherwise for good use up retries like any other. @default false */
	readonly retryFatal: boolean;
};

/** The `batch` key of the spec: what one batch may hold, and when there is one. */
export type BatchSettings = {
	/** Fewer open requests of a queue go direct under `mode: auto`. @default 101 */
	readonly minRequests: number;
	/** @default 50000 */
	readonly maxRequests: number;
	/** Bytes of one file. @default 190e6 */
	readonly maxBytes: number;
	/** Input tokens. @default 20e6 */
	readonly maxTokens: number;
	/** Worst case of one batch; not held against a model without a price. Null: no bound. @default 50 USD */
	readonly maxCostPico: bigint | null;
	/** Shortest time between two polls of a batch; it grows to 60 s. @default 10000 */
	readonly pollMs: number;
	/** Shards on disk that are not submitted yet. @default 5 */
	readonly maxUnpushed: number;
};

/** The `remote` key: what all batches at the API may come to together. */
export type RemoteSettings = {
	/** 0: prepare the files and send nothing. @default 15 */
	readonly maxBatches: number;
	/** @default 5000000 */
	readonly maxRequests: number;
	/** @default 10e9 */
	readonly maxBytes: number;
	/** Input tokens. @default 60e6 */
	readonly maxTokens: number;
	/** @default 150 USD */
	readonly maxCostPico: bigint | null;
	/** What becomes of files at the API once their batch is collected. @default delete */
	readonly files: 'delete' | 'keep';
};

/** The `guard` key. */
export type GuardSettings = {
	/** @default 0.5 */
	readonly minPassRatio: number;
	/** Bad passes in a row that stop the run. @default 2 */
	readonly maxPassFailures: number;
	/** Batches that may fail as a whole in one session before the run stops; -1: any number. @default 0 */
	readonly processFailedBatches: number;
};

/** What an answer that is not clean becomes. */
export type AnswerPolicy = {
	readonly onTruncated: 'keep' | 'retry' | 'fail';
	readonly onRefusal: 'keep' | 'fail';
	readonly onContentFilter: 'keep' | 'fail';
	/** True when the answer must be JSON that satisfies the spec's schema. */
	readonly structured: boolean;
	readonly endpoint: Endpoint;
};

/** The operational part of a spec: may change between sessions of one run. */
export type RunSettings = {
	readonly mode: Mode;
	readonly rate: RateSettings;
	readonly retry: RetrySettings;
	readonly batch: BatchSettings;
	readonly remote: RemoteSettings;
	readonly guard: GuardSettings;
	/** `limits`: for the whole run, and for one session of it. */
	readonly limits: {
		readonly task: Ceiling;
		readonly session: Ceiling;
		/** Of single stages, by name, for the whole run; beside those two. */
		readonly stages?: {readonly [stage: string]: Ceiling};
	};
	/** Part of the requests that goes first, before a person is asked; null: none. */
	readonly canary: number | null;
	/** Part of the allowed output that is expected to be used; null: learned from the answers. */
	readonly completionRatio: number | null;
};

export const defaultSettings: RunSettings = {
	mode: 'auto',
	rate: {concurrency: 64, rpm: null, tpm: null, adaptive: true},
	retry: {
		maxRetries: 2,
		initialMs: 1000,
		maxMs: 60_000,
		timeoutMs: 600_000,
		maxWaits: 30,
		retryFatal: false,
	},
	batch: {
		minRequests: 101,
		maxRequests: 50_000,
		maxBytes: 190e6,
		maxTokens: 20e6,
		maxCostPico: 50_000_000_000_000n,
		pollMs: 10_000,
		maxUnpushed: 5,
	},
	remote: {
		maxBatches: 15,
		maxRequests: 5_000_000,
		maxBytes: 10e9,
		maxTokens: 60e6,
		maxCostPico: 150_000_000_000_000n,
		files: 'delete',
	},
	guard: {minPassRatio: 0.5, maxPassFailures: 2, processFailedBatches: 0},
	limits: {task: noCeiling, session: noCeiling},
	canary: null,
	completionRatio: null,
};
