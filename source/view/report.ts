import type {FailureKind} from '../domain/failure.ts';

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
	readonly maybe_billed: {readonly calls: number; readonly usd: number};
	/** Finished requests by lane. */
	readonly mode: {readonly direct: number; readonly batch: number};
	readonly session: {readonly requests: number; readonly cost_usd: number};
	readonly seconds: number;
};
