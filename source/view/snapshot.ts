import type {Status} from '../domain/state.ts';
import type {Report} from './report.ts';

/** The first word of the screen. A storm of 429 never reads as RUNNING. */
export type Phase =
	| 'STARTING'
	| 'RUNNING'
	| 'THROTTLED'
	| 'OFFLINE'
	| 'WAITING'
	| 'PAUSED'
	| 'HELD'
	| 'DRAINING'
	| 'DISK FULL'
	| 'DONE';

/** Aggregates of a run and the rows that a face asked for. Plain data: it crosses threads. Texts are raw. */
export type RunSnapshot = {
	readonly at: number;
	readonly name: string;
	readonly phase: Phase;
	/** What the phase needs said: until when, by what, which queue and why. */
	readonly phaseDetail: string;
	/** A person or a signal paused the run, whatever else the phase says first. */
	readonly paused: boolean;
	/** `gpt-4o-mini`, or `3 models`. */
	readonly models: string;
	/** The lanes in use, e.g. `DIRECT`. */
	readonly lanes: string;
	/** Set in a simulated run. */
	readonly simulated: boolean;
	readonly elapsedMs: number;
	readonly total: number;
	readonly counts: {readonly [S in Status]: number};
	/** Finished requests a second, moving over 60 s; null until it means something. */
	readonly perSecond: number | null;
	/** Null while hidden (the first 30 s or 50 completions) and when nothing is left. */
	readonly eta: {readonly ms: number; readonly plusMinusMs: number} | 'stalled' | null;
	readonly rows: RowWindow;
	readonly inFlight: InFlightView;
	readonly retries: RetriesView;
	readonly cost: CostView;
	/** Newest last; `id` grows, so that a face can tell what it has shown. */
	readonly notices: readonly Notice[];
	/** Set once every request has an outcome. */
	readonly report: Report | null;
};

export type Notice = {
	readonly id: number;
	readonly at: number;
	readonly level: 'info' | 'warn' | 'error';
	readonly text: string;
};

/** Rows `[top, top + count)` of the order: failed, waiting, in flight, batched, queued, done. */
export type WindowRequest = {
	readonly top: number;
	readonly count: number;
	/** The request under the cursor, which comes back with its position in the order; null for none. */
	readonly cursorIndex: number | null;
};

export type RowWindow = {
	readonly top: number;
	/** Rows in the whole order. */
	readonly total: number;
	/** The request that was asked for as the cursor's, and where it stands now. */
	readonly cursor: {readonly index: number; readonly position: number} | null;
	readonly rows: readonly Row[];
};

export type Row = {
	readonly index: number;
	readonly id: string;
	readonly status: Status;
	readonly model: string;
	/** Attempts so far. */
	readonly attempts: number;
	/** Attempts that the retry policy grants. */
	readonly attemptsAllowed: number;
	/** Since the last thing that happened to it; null before the first attempt. */
	readonly ageMs: number | null;
	readonly tokens: number | null;
	readonly lane: string | null;
	/** Null when unknown or nothing was paid. */
	readonly costUsd: number | null;
	/** The last failure in short, e.g. `429 rate_limit`; empty when there is none. */
	readonly error: string;
	/** When a waiting request comes due. */
	readonly retryAt: number | null;
};

export type InFlightView = {
	readonly count: number;
	readonly concurrency: number;
	/** Of the answers of the last minute; null before the first. */
	readonly p50Ms: number | null;
	readonly p95Ms: number | null;
	/** The calls that have been out longest. */
	readonly oldest: readonly {
		readonly id: string;
		readonly model: string;
		readonly ageMs: number;
		readonly attempt: number;
	}[];
};

export type RetriesView = {
	/** Failed attempts by cause, most frequent first. `recent`: per 10 s over the last two minutes, oldest first. */
	readonly causes: readonly {
		readonly label: string;
		readonly count: number;
		readonly recent: readonly number[];
	}[];
	readonly waiting: number;
	/** When the next waiting request comes due. */
	readonly nextRetryAt: number | null;
	/** Attempts beyond the first ones. */
	readonly retries: number;
};

export type CostView = {
	readonly spentUsd: number;
	readonly directUsd: number;
	readonly batchUsd: number;
	/** Answers of models without a price: the spent sum is then a lower bound. */
	readonly unpricedCalls: number;
	/** No queue has a price: show "unknown", never 0. */
	readonly priceUnknown: boolean;
	/** Worst case of the calls in flight. */
	readonly heldUsd: number;
	readonly maybeBilledCalls: number;
	readonly maybeBilledUsd: number;
	readonly usdPerHour: number | null;
	/** Spent plus the rest at the mean of what was seen; null until something was. */
	readonly forecastUsd: number | null;
	readonly inputTokens: number;
	readonly cachedTokens: number;
	readonly outputTokens: number;
	/** Where the prices are from. */
	readonly source: string;
	/** Spent by queue, dearest first. */
	readonly byQueue: readonly {
		readonly key: string;
		readonly done: number;
		readonly failed: number;
		readonly inputTokens: number;
		readonly outputTokens: number;
		/** Null when the model has no price. */
		readonly costUsd: number | null;
	}[];
};
