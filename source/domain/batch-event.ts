import type {BatchCounts, IndexRanges, Rejection, ReleaseReason} from './batch.ts';
import type {Failure, FailureKind} from './failure.ts';
import type {LimitName} from './limit.ts';
import type {MaybeBilled} from './maybe-billed.ts';
import type {Lane} from './price.ts';

/** Facts about batches, guards and ceilings. `at` as in every event; `shard` names a `BatchState`. */
export type BatchEvent =
	/** The file of a shard is on the disk. Its requests are batched. */
	| {
			readonly type: 'shard-cut';
			readonly at: number;
			readonly shard: number;
			readonly queue: number;
			readonly indexes: IndexRanges;
			/** Lines. */
			readonly count: number;
			/** How many of the requests each line holds, in order; absent: every line has one. */
			readonly sizes?: readonly number[];
			readonly bytes: number;
			readonly sha256: string;
			readonly input: number;
			readonly output: number;
			readonly worstTokens: number;
			readonly worstPico: number;
	  }
	| {readonly type: 'batch-uploaded'; readonly at: number; readonly shard: number; readonly fileId: string}
	/** The intent: on the disk before the create call leaves. */
	| {readonly type: 'batch-submitting'; readonly at: number; readonly shard: number}
	| {
			readonly type: 'batch-submitted';
			readonly at: number;
			readonly shard: number;
			readonly batchId: string;
			readonly status: string;
			/** When the API says that it was created. */
			readonly submittedAt: number;
			readonly expiresAt: number | null;
			/** Found at the API by its metadata, and not created by this call. */
			readonly isAdopted: boolean;
			/** Others that were found for the same shard: they were cancelled, and may have cost what it may. */
			readonly doubles?: readonly string[];
	  }
	/** A poll saw something new. */
	| {
			readonly type: 'batch-updated';
			readonly at: number;
			readonly shard: number;
			readonly status: string;
			readonly counts: BatchCounts;
			readonly expiresAt: number | null;
			readonly outputFileId: string | null;
			readonly errorFileId: string | null;
	  }
	/** An upload, a create call, a poll, a download or a removal failed; it is tried again at `retryAt`. */
	| {
			readonly type: 'batch-step-failed';
			readonly at: number;
			readonly shard: number;
			readonly failure: Failure;
			readonly retryAt: number;
	  }
	/** A person wants its end: the API is asked for it as soon as it answers. What is left open may go direct. */
	| {
			readonly type: 'batch-cancel-asked';
			readonly at: number;
			readonly shard: number;
			readonly pullsTail: boolean;
	  }
	/** The API was asked for its end; what it finished will be collected. */
	| {readonly type: 'batch-cancelling'; readonly at: number; readonly shard: number}
	/** The API refused it before anything ran, or does not know it any more. */
	| ({readonly type: 'batch-rejected'; readonly at: number; readonly shard: number} & Rejection)
	/** Every line of its files was taken in, and every request that was sent has its outcome. */
	| {
			readonly type: 'batch-collected';
			readonly at: number;
			readonly shard: number;
			readonly outcomes: BatchOutcomes;
			/** Lines that belong to no request of the batch, and what they cost. */
			readonly aside: AsideCounts;
	  }
	/** Its requests are queued again. */
	| {
			readonly type: 'shard-released';
			readonly at: number;
			readonly shard: number;
			readonly reason: ReleaseReason;
			/** No batch of the queue is submitted before. */
			readonly retryAt: number | null;
			/** It may have run and been billed although it is lost: its worst case. */
			readonly maybeBilled?: MaybeBilled;
	  }
	/** Nothing of it is left, here or at the API: it is forgotten. */
	| {readonly type: 'batch-cleaned'; readonly at: number; readonly shard: number}
	/** A person forced direct mode, or took that back. */
	| {readonly type: 'direct-forced'; readonly at: number; readonly isOn: boolean}
	/** A batch, or 50 finished direct requests, were held against `guard.min_pass_ratio`. */
	| {
			readonly type: 'pass-judged';
			readonly at: number;
			readonly lane: Lane;
			readonly requests: number;
			readonly passed: number;
			readonly isBad: boolean;
	  }
	/** A guard stopped the run until a person goes on. */
	| {readonly type: 'guard-tripped'; readonly at: number; readonly reason: string}
	/** Nothing is in flight and the next request could pass the ceiling. */
	| {
			readonly type: 'limit-reached';
			readonly at: number;
			readonly limit: LimitName;
			/** Requests, kilotokens or USD. */
			readonly value: number;
	  }
	/** A person raised the cost ceiling of the task. `over` is the ceiling of the spec that it replaces. */
	| {
			readonly type: 'ceiling-raised';
			readonly at: number;
			readonly costPico: number;
			readonly over: number | null;
	  }
	/**
	 * Requests are queued again with a fresh budget of retries: those that failed for good, or all without an
	 * outcome.
	 */
	| {
			readonly type: 'requests-wiped';
			readonly at: number;
			readonly what: 'failed' | 'unfinished';
			readonly indexes: IndexRanges;
			/** Of those that had failed. */
			readonly failedKinds: {readonly [K in FailureKind]?: number};
			readonly failedByQueue: readonly number[];
	  };

export type BatchOutcomes = {
	readonly done: number;
	/** Failed attempts with an error of their own. */
	readonly failed: number;
	readonly expired: number;
	readonly missing: number;
};

export type AsideCounts = {
	readonly unknown: number;
	readonly duplicate: number;
	readonly garbled: number;
	/** Answers of requests that left the spec. */
	readonly orphans: number;
	readonly orphanTokens: {readonly input: number; readonly cached: number; readonly output: number};
	readonly orphanPico: number;
};
