import type {Failure} from './failure.ts';
import type {Price} from './price.ts';
import type {QueueInfo} from './request.ts';

/** Runs of request indexes, in order: `length` requests from `from` on; `from` is -1 where they left the spec. */
export type IndexRanges = readonly (readonly [from: number, length: number])[];

/**
 * A shard, and the batch that it becomes:
 *
 *   cut ─► uploaded ─► submitting ─► submitted ─(polls)─► collected ─► (cleaned: forgotten)
 *    │        │            │             └─(refused by the API, or vanished)─► rejected
 *    └────────┴────────────┴──────────────────────────────────────────────────────┴─► released ─► (cleaned)
 *
 * `submitting` is on the disk before the create call leaves: whoever finds a batch there must look for it at the
 * API before it may be created. `released` gave its requests back to their queue.
 */
export type BatchStep =
	| 'cut'
	| 'uploaded'
	| 'submitting'
	| 'submitted'
	| 'collected'
	| 'rejected'
	| 'released';

export type BatchCounts = {readonly total: number; readonly completed: number; readonly failed: number};

/** What is known of one batch from the cut of its shard until its files are removed. Times are ms since the epoch. */
export type BatchState = {
	/** Counts the shards of the run from 1. */
	readonly shard: number;
	/** -1 once its provider and model left the spec. */
	queue: number;
	/** Its provider and model, and the last price known of them, once they left the spec. */
	formerQueue: {readonly info: QueueInfo; readonly price: Price | null} | null;
	/** Whose lines the file holds, in order: a line's position never changes, its index may with the spec. */
	indexes: IndexRanges;
	/** Lines of the file. */
	readonly count: number;
	/** How many requests share each line, in order; absent: every line has one. */
	readonly sizes?: readonly number[];
	readonly bytes: number;
	/** Of the whole file, in hex. */
	readonly sha256: string;
	/** Predicted tokens. */
	readonly input: number;
	readonly output: number;
	/** Worst case, held against the ceilings until the batch is collected or released. */
	readonly worstTokens: number;
	readonly worstPico: number;
	readonly cutAt: number;
	step: BatchStep;
	/** Requests that have no outcome of this batch yet. */
	remaining: number;
	/** Lines of which no request has an outcome yet; absent in older states, where it is `remaining`. */
	openLines?: number;
	fileId: string | null;
	/** When the intent to create it was put on record. */
	submittingAt: number | null;
	batchId: string | null;
	/** The API's own word, in lower case; empty before there is a batch. */
	status: string;
	counts: BatchCounts;
	submittedAt: number | null;
	expiresAt: number | null;
	/** When status or counts last changed. */
	progressAt: number | null;
	outputFileId: string | null;
	errorFileId: string | null;
	/** The API was asked for its end. */
	isCancelling: boolean;
	/** A person wants its end; absent in older states. */
	isUnwanted?: boolean;
	/** What it leaves open goes direct. */
	pullsTail?: boolean;
	/** Positions of lines whose answer came when it was not wanted any more, and is counted; absent where none did. */
	late?: number[];
	/** True tokens and cost of its answers so far. */
	readonly used: {input: number; output: number; pico: number};
	/** The last operation on it failed: why, how many in a row, and when it is tried again. */
	trouble: {readonly failure: Failure; readonly times: number; readonly retryAt: number} | null;
	/** Why the API refused it. */
	rejection: Rejection | null;
	/** A person went on although it was rejected. */
	isExcused: boolean;
};

/** Why a batch never ran, or is lost. */
export type Rejection = {
	readonly failure: Failure;
	/** Positions of the lines that the API names, from 0. */
	readonly lines: readonly number[];
	/** The enqueued-token limit, where its message tells it. */
	readonly tokenLimit: number | null;
};

/** Why the requests of a shard went back to their queue. */
export type ReleaseReason =
	/** Too many tokens are enqueued at the provider. */
	| 'token-limit'
	/** A line was bad: the rest goes again. */
	| 'bad-line'
	/** A person forced direct mode before it was submitted. */
	| 'force-direct'
	/** Its file is not there, or not as it was written. */
	| 'file-lost'
	/** Limits became smaller than it is: it is cut anew. */
	| 'resized'
	/** The API refused it, or it vanished there, and a person said to go on. */
	| 'rejected'
	/** A person ended it before it was at the API. */
	| 'cancelled'
	| 'wiped';

/** Requests whose lines it holds, those included that left the spec. */
export function requestsIn({count, sizes, indexes}: Pick<BatchState, 'count' | 'sizes' | 'indexes'>): number {
	return sizes ? countOf(indexes) : count;
}

/** Lines of which no request has an outcome of this batch yet. */
export function openLinesOf({openLines, remaining}: Pick<BatchState, 'openLines' | 'remaining'>): number {
	return openLines === undefined ? remaining : Math.min(openLines, remaining);
}

/** At the API, or on its way there: counts against the remote limits. */
export function isRemote({step}: BatchState): boolean {
	return step === 'submitting' || step === 'submitted';
}

/** Prepared on this machine and not yet on its way. */
export function isUnpushed({step}: BatchState): boolean {
	return step === 'cut' || step === 'uploaded';
}

/** Its requests wait for it. */
export function isOpen({step}: BatchState): boolean {
	return step !== 'collected' && step !== 'released';
}

const endedStatuses: ReadonlySet<string> = new Set(['completed', 'expired', 'cancelled']);

/** The API has done what it will do, and there is something to collect. */
export function isEnded({step, status}: BatchState): boolean {
	return step === 'submitted' && hasEnded(status);
}

export function hasEnded(status: string): boolean {
	return endedStatuses.has(status);
}

/** We asked for its end, and the API did as asked: what never ran is no fault of the batch. */
export function wasEndedByUs({isCancelling, status}: BatchState): boolean {
	return isCancelling && status === 'cancelled';
}

export function* indexesOf(ranges: IndexRanges): Generator<number> {
	for (const [from, length] of ranges) {
		for (let step = 0; step < length; step++) {
			yield from < 0 ? -1 : from + step;
		}
	}
}

/** How many indexes ranges hold. */
export function countOf(ranges: IndexRanges): number {
	return ranges.reduce((sum, [, length]) => sum + length, 0);
}

/** Gathers indexes, as they come, into ranges. */
export function rangesOf(indexes: Iterable<number>): IndexRanges {
	const ranges: [number, number][] = [];
	for (const index of indexes) {
		const last = ranges.at(-1);
		if (last && (index < 0 ? last[0] < 0 : last[0] >= 0 && last[0] + last[1] === index)) {
			last[1]++;
		} else {
			ranges.push([index, 1]);
		}
	}

	return ranges;
}
