import type {Undoable} from '../domain/engine-status.ts';
import type {LaneChoice} from '../domain/lane-choice.ts';
import type {LimitName} from '../domain/limit.ts';
import type {RateStatus} from '../domain/rate-status.ts';
import type {Status} from '../domain/state.ts';
import type {Whereabouts} from '../domain/whereabouts.ts';
import type {BatchesView} from './batches-view.ts';
import type {Eta} from './eta.ts';
import type {Notice} from './notice.ts';
import type {Phase} from './phase-name.ts';
import type {PackingReport, Report} from './report.ts';
import type {SampleView} from './sample-view.ts';

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
	/** The lanes that work now: `DIRECT`, `BATCH` or `BATCH+DIRECT`, and ` (forced)` after it. */
	readonly lanes: string;
	/** By queue: the way that its open requests go, and why. */
	readonly laneReasons: readonly LaneReason[];
	/** A person forced direct mode. */
	readonly forceDirect: boolean;
	/** Some queue could go by batch: there is a choice to force. */
	readonly hasBatchLane: boolean;
	/** Where the journal ends: what failed before lies before it. */
	readonly journalEnd: number;
	/** Set in a simulated run. */
	readonly simulated: boolean;
	readonly elapsedMs: number;
	readonly total: number;
	/** More may be added while the run goes on: the total is what is known so far. */
	readonly grows: boolean;
	readonly counts: {readonly [S in Status]: number};
	/** The same from other books; `missing` is 0 where they add up to the total. */
	readonly accounted: Whereabouts;
	/** Finished requests a second, moving over 60 s; null until it means something. */
	readonly perSecond: number | null;
	/** Null while hidden (the first 30 s or 50 completions) and when nothing is left. */
	readonly eta: Eta;
	/** The same by lane: what goes direct, and the latest that batches end. */
	readonly etas: {readonly direct: Eta; readonly batch: Eta};
	readonly rows: RowWindow;
	readonly inFlight: InFlightView;
	readonly batches: BatchesView;
	readonly retries: RetriesView;
	readonly cost: CostView;
	/** What a sample came to, while the run is paused by it. */
	readonly sample: SampleView | null;
	/** The last wipe or give-up, while it can be taken back. */
	readonly undo: Undoable | null;
	/** Newest last; `id` grows, so that a face can tell what it has shown. */
	readonly notices: readonly Notice[];
	/** Set once every request has an outcome. */
	readonly report: Report | null;
	/** Where the results are, once they hold every outcome: the file, or a pattern of its parts. */
	readonly resultsIn: string | null;
};

export type LaneReason = {readonly queue: string; readonly lane: LaneChoice['lane']; readonly why: string};

/** What the list is sorted by; `status`: failed, waiting, in flight, batched, queued, done, and by index within. */
export const sortKeys = ['status', 'error', 'age', 'try', 'model', 'id', 'tokens', 'cost'] as const;
export type SortKey = (typeof sortKeys)[number];

/** Which requests the list shows, and how they follow each other. */
export type RowOrder = {
	/** In the query language of `query.ts`; empty: all. */
	readonly filter: string;
	/** Only the members of this group of failures. */
	readonly group: string | null;
	readonly sort: SortKey;
	readonly isReversed: boolean;
	/** A dialog is open: rows change in their places. Marks freeze the order by themselves. */
	readonly isFrozen: boolean;
};

export const plainOrder: RowOrder = {
	filter: '',
	group: null,
	sort: 'status',
	isReversed: false,
	isFrozen: false,
};

/** Whether rows follow each other as asked; a frozen order is none of its own. */
export function isSameOrder(a: RowOrder, b: RowOrder): boolean {
	return a.filter === b.filter && a.group === b.group && a.sort === b.sort && a.isReversed === b.isReversed;
}

/** Rows `[top, top + count)` of an order. */
export type WindowRequest = {
	readonly order: RowOrder;
	/** The groups of failures are in sight too. */
	readonly showsGroups: boolean;
	readonly top: number;
	readonly count: number;
	/** The request under the cursor, which comes back with its position in the order; null for none. */
	readonly cursorIndex: number | null;
	/** Where it stood when it was asked for: the window moves with it. Absent: the window stays where it is. */
	readonly cursorPosition?: number;
};

export type RowWindow = {
	readonly top: number;
	/** Rows in the whole list as it is filtered. */
	readonly total: number;
	/** The order that the rows are in: a window that was on its way may be of the one before. */
	readonly order: RowOrder;
	/** The list stands still although the run goes on. */
	readonly isFrozen: boolean;
	/** Requests that are marked, in sight or not. */
	readonly marked: number;
	/** How much of a search through files is done, 0 to 1; null: nothing is searched. */
	readonly progress: number | null;
	/** Why the filter cannot be read; null: it can. */
	readonly problem: string | null;
	/** Null unless asked for. */
	readonly groups: readonly GroupView[] | null;
	/** The request that was asked for as the cursor's, and where it stands now. */
	readonly cursor: {readonly index: number; readonly position: number} | null;
	readonly rows: readonly Row[];
};

/** Requests that failed, or wait, for one cause. Texts are raw. */
export type GroupView = {
	readonly key: string;
	/** `400 context length`. */
	readonly label: string;
	/** The message of one of them. */
	readonly sample: string;
	readonly sampleIndex: number;
	readonly failed: number;
	readonly waiting: number;
	/** Paid for their failed attempts; null without a price. */
	readonly spentUsd: number | null;
	readonly firstAt: number;
	readonly lastAt: number;
};

export type Row = {
	readonly isMarked: boolean;
	/** It goes with other parameters than the spec says. */
	readonly isChanged: boolean;
	/** It will be given up when what is out of it comes back. */
	readonly isUnwanted: boolean;
	/** A person moved it to the front (-1) or the back (1) of its queue. */
	readonly moved: -1 | 0 | 1;
	readonly index: number;
	readonly id: string;
	readonly status: Status;
	readonly model: string;
	/** Attempts so far. */
	readonly attempts: number;
	/** How often it was asked and answered, or failed, before its last or next attempt, and is asked several times. */
	readonly rounds: number;
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
	/** Calls. */
	readonly count: number;
	readonly concurrency: number;
	/** The most at once in each 5 s of the last 2 minutes, oldest first. */
	readonly recent: readonly number[];
	/** The limits of the queues that have some, set or learned. */
	readonly rates: readonly RateStatus[];
	/** Of the answers of the last minute; null before the first. */
	readonly p50Ms: number | null;
	readonly p95Ms: number | null;
	/** The calls that have been out longest. */
	readonly oldest: readonly {
		readonly id: string;
		/** Further requests that share the call. */
		readonly others: number;
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
	/** Worst case of the calls in flight and of the open batches. */
	readonly heldUsd: number;
	/** Worst case of the calls alone: what may be billed if they are cut off. */
	readonly atStakeUsd: number;
	/** The cost ceiling of the task; null: none. */
	readonly ceilingUsd: number | null;
	/** Why no ceiling could be kept; null: one may be typed. */
	readonly ceilingObstacle: string | null;
	/** Every ceiling that is set, with what was used up of it: requests, kilotokens or USD. */
	readonly ceilings: readonly {readonly limit: LimitName; readonly used: number; readonly of: number}[];
	/** Part of the results that came by batch, 0 to 1; null before the first result. */
	readonly batchShare: number | null;
	/** What shared calls saved, and how their audits stand; null where no call was shared. */
	readonly packing: PackingReport | null;
	/** What a request with a result cost so far on the average; null before anything was paid. */
	readonly meanUsd: number | null;
	/** What direct mode would cost for the requests that would otherwise go by batch; null while nobody knows. */
	readonly forcing: {readonly requests: number; readonly batchUsd: number; readonly directUsd: number} | null;
	readonly maybeBilledCalls: number;
	readonly maybeBilledUsd: number;
	readonly usdPerHour: number | null;
	/** Spent plus the rest at the mean of what was seen, or as its batches predict; null until something was. */
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
