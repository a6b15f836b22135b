import type {FailureKind} from '../domain/failure.ts';
import type {Whereabouts} from '../domain/whereabouts.ts';

/** The last line of the JSON display and the closing summary. Totals are of the whole run. */
export type Report = {
	readonly requests: {
		readonly total: number;
		readonly done: number;
		readonly failed: number;
		readonly pending: number;
	};
	/** Requests that failed for good, by kind. */
	readonly failures: {readonly [K in FailureKind]?: number};
	readonly attempts: number;
	readonly retries: number;
	readonly tokens: {
		readonly input: number;
		readonly cached: number;
		readonly output: number;
	};
	/** Null when no call could be priced although some were answered. */
	readonly cost_usd: number | null;
	/** Only where some had no price: answered calls that `cost_usd` is without. */
	readonly unpriced_calls?: number;
	readonly maybe_billed: {readonly calls: number; readonly usd: number};
	/** Finished requests by lane. */
	readonly mode: {readonly direct: number; readonly batch: number};
	readonly session: {readonly requests: number; readonly cost_usd: number};
	readonly seconds: number;
	/** Of the answers to direct calls, within 5 %; null without answers. */
	readonly latency_ms: {readonly p50: number | null; readonly p95: number | null};
	/** Dearest first, those without a price last. */
	readonly by_model: readonly ModelReport[];
	/** Direct calls and lines of batches: fewer than attempts where several requests share one. */
	readonly calls: number;
	/** Where each request is, by the books that are kept of each place: `missing` is 0 where they add up to the total. */
	readonly accounted: Whereabouts;
	/** Failed attempts by cause, e.g. `server 503`, most frequent first. */
	readonly errors: readonly {readonly cause: string; readonly attempts: number}[];
	/** Only where calls were shared. */
	readonly packing?: PackingReport;
	/** What the answers came from, in the order in which it was seen; absent while there are none. */
	readonly served?: readonly ServedReport[];
	/** Only of a run with scorers, once its rows are written: each model's, followed by those of its groups. */
	readonly scores?: readonly ScoreReport[];
};

/** What calls that several requests shared came to. */
export type PackingReport = {
	readonly calls: number;
	/** Answers that came from them. */
	readonly items: number;
	/** Beside one call for each answer. */
	readonly calls_saved: number;
	/** Input tokens beside the same answers asked alone, as they are counted here; null where nobody counted. */
	readonly tokens_saved: number | null;
	readonly alone_tokens: number;
	/** Null without any. */
	readonly audit: AuditReport | null;
	/** Queues that pack no more, as their audits disagreed. */
	readonly stopped: readonly string[];
};

/** Packed answers beside those that the same items got alone, with the 95 % interval (Wilson) of their agreement. */
export type AuditReport = {
	readonly audited: number;
	readonly agreed: number;
	readonly agreement: number;
	readonly low: number;
	readonly high: number;
};

/** Answers of one version of a model, as the API names it. */
export type ServedReport = {
	readonly provider: string;
	/** As it was asked for. */
	readonly model: string;
	readonly returned_model: string | null;
	readonly system_fingerprint: string | null;
	readonly answers: number;
};

/** The mean of one score over the requests of a model, or of one group of them, with its 95 % interval. */
export type ScoreReport = {
	readonly name: string;
	readonly provider: string;
	readonly model: string;
	/** The rows' `group`; null: over all of them. */
	readonly group: string | null;
	/** That have this score; one with several choices counts once, with their mean. */
	readonly requests: number;
	readonly mean: number | null;
	readonly low: number | null;
	readonly high: number | null;
	/** Every value is 0 or 1, or true or false. */
	readonly is_share: boolean;
	/** Requests that the scorer failed on. */
	readonly errors: number;
};

/** One provider and model. Costs are null where the model has no price. */
export type ModelReport = {
	readonly provider: string;
	readonly model: string;
	readonly done: number;
	readonly failed: number;
	readonly tokens: Report['tokens'];
	readonly cost_usd: number | null;
	readonly direct_usd: number | null;
	readonly batch_usd: number | null;
	/** Of its direct calls; null without answers. */
	readonly p50_ms: number | null;
	readonly p95_ms: number | null;
};
