export type BatchesView = {
	/** Those that requests wait for first, by shard. */
	readonly list: readonly BatchView[];
	/** Batches whose requests have no outcome yet; those of them at the API or on their way there. */
	readonly open: number;
	readonly remote: number;
	/** Requests of the open ones, and how many of these are through at the API. */
	readonly finished: number;
	readonly total: number;
	/** Of queues with a batch at the API: input tokens enqueued there, and the limit that a refusal told of. */
	readonly enqueued: readonly {
		readonly queue: string;
		readonly tokens: number;
		readonly limit: number | null;
	}[];
};

export type BatchView = {
	readonly shard: number;
	readonly batchId: string | null;
	/** The API's word in lower case, or our step before and after. Raw. */
	readonly status: string;
	readonly done: number;
	readonly failed: number;
	readonly total: number;
	/** Since it was submitted, before that since its cut. */
	readonly ageMs: number;
	readonly expiresInMs: number | null;
	/** As predicted. */
	readonly inputTokens: number;
	readonly outputTokens: number;
	/** Held against the ceilings; null without a price. */
	readonly worstUsd: number | null;
	/** Of its answers so far, cached tokens taken at the full price. */
	readonly spentUsd: number | null;
	/** Lines a minute since it was submitted; null before that and once there is nothing to come. */
	readonly perMinute: number | null;
	/** Its end is asked for, at the API or by a person. */
	readonly isCancelling: boolean;
	/** What it leaves open goes direct. */
	readonly isPulled: boolean;
	/** What it has yet to answer, and would cost in either lane; null where it can be pulled no more. */
	readonly pull: PullView | null;
	/** Why the last operation on it failed, or why the API refused it; empty when all is well. Raw. */
	readonly trouble: string;
	/** When the operation that failed is tried again. */
	readonly retryAt: number | null;
	/** No progress for 30 minutes. */
	readonly isStalled: boolean;
};

/** Costs are expected ones, null while nobody knows. */
export type PullView = {
	readonly requests: number;
	readonly batchUsd: number | null;
	readonly directUsd: number | null;
};
