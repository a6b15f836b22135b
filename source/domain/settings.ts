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
	},
};
