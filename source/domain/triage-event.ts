import type {IndexRanges} from './batch.ts';
import type {Failure, FailureKind} from './failure.ts';
import type {ParamChange} from './param-change.ts';
import type {Price} from './price.ts';
import type {QueueInfo} from './request.ts';

/** Of the requests that failed for good and do so no longer, or again: how many of each kind, and of each queue. */
export type FailedCounts = {
	readonly failedKinds: {readonly [K in FailureKind]?: number};
	readonly failedByQueue: readonly number[];
};

/** Facts about what a person decided for single requests. `at` as in every event. */
export type TriageEvent =
	/** Tried again at once: waiting ones without the rest of their backoff, failed ones for one more attempt. */
	| ({
			readonly type: 'requests-retried';
			readonly at: number;
			readonly waiting: IndexRanges;
			readonly failed: IndexRanges;
			/** Retries that the failed ones count as used up, so that one attempt is left. */
			readonly retriesUsed: number;
	  } & FailedCounts)
	/** They shall be given up when their call or their batch comes back without an answer. */
	| {readonly type: 'requests-unwanted'; readonly at: number; readonly indexes: IndexRanges}
	/** Failed for good as `cancelled`, without an attempt. At most `mostGivenUp` a line, as a row reads its whole line. */
	| {
			readonly type: 'requests-given-up';
			readonly at: number;
			readonly indexes: readonly number[];
			/** Of each, the journal line before this one, or -1: the chain is its history. */
			readonly previous: readonly number[];
			readonly failedByQueue: readonly number[];
	  }
	/**
	 * A wipe or a give-up was taken back for those that were not started since. What else a person had wished for
	 * them, a place in the queue say, is not wished for any more.
	 */
	| ({
			readonly type: 'requests-restored';
			readonly at: number;
			/** How many were wiped or given up. */
			readonly of: number;
			/** Failed again as before the wipe, or open again as before they were given up. */
			readonly to: 'failed' | 'open';
			readonly indexes: IndexRanges;
			/** Of those that open again: `index, retryAt, …` of the waiting. */
			readonly waiting: readonly number[];
			/** Of those that open again: their last journal line before, in the order of `indexes`. */
			readonly offsets: readonly number[];
			/** Of those that failed again: `index, rounds, …` where they had been asked several times; absent: none. */
			readonly rounds?: readonly number[];
			/** Beside them: unwanted ones that are in a batch still, and wanted again. */
			readonly wanted: IndexRanges;
	  } & FailedCounts)
	/** To the front or the back of their queue, in this order. */
	| {
			readonly type: 'requests-moved';
			readonly at: number;
			readonly to: 'front' | 'back';
			readonly indexes: IndexRanges;
	  }
	/** A change of model needs a queue that the spec does not have. */
	| {
			readonly type: 'queue-added';
			readonly at: number;
			readonly info: QueueInfo;
			readonly price: Price | null;
	  }
	/** From now on these requests, and no others, are sent with other fields or to another model. */
	| {
			readonly type: 'params-changed';
			readonly at: number;
			readonly indexes: IndexRanges;
			readonly change: ParamChange;
			/** The queue of the changed model, by its key; null: each stays in its own. */
			readonly queueKey: string | null;
			/** Where the model changed: of the failed ones, how many each queue had. */
			readonly failedByQueue: readonly number[];
	  };

/** Why a request failed that was given up. */
export const givenUpFailure: Failure = {
	kind: 'cancelled',
	status: null,
	code: null,
	message: 'given up by a person',
};

/** A row on the screen reads the whole line that it was given up on. */
export const mostGivenUp = 1000;
