import type {JsonObject} from '../domain/request.ts';
import type {UsageSum} from './usage.ts';

/** A batch as it is kept: what was asked, what was found out. Its status follows from the time: batch-timeline.ts. */
export type BatchRecord = {
	readonly id: string;
	/** 0-based position among all batches that were ever made. */
	readonly ordinal: number;
	readonly inputFileId: string;
	/** As asked: `/v1/chat/completions`. */
	readonly endpoint: string;
	readonly metadata: JsonObject | null;
	readonly outputLifeMs: number | null;
	readonly createdAtMs: number;
	/** From creation to completion. */
	readonly durationMs: number;
	/** Ends when half of its lines are done. */
	readonly expires: boolean;
	/** So many of its lines never finish; absent in older records. */
	readonly stuck?: number;
	/** Null until the input was read. */
	readonly check: BatchCheck | null;
	readonly cancelledAtMs: number | null;
	/** Null until the lines were answered. */
	readonly outcome: BatchOutcome | null;
};

export type BatchCheck = {
	readonly lines: number;
	/** Null when no line names one. */
	readonly model: string | null;
	readonly promptTokens: number;
	/** So many lines will be in neither file. */
	readonly missing: number;
	/** With one error or more the batch fails and no line is answered. */
	readonly errors: readonly BatchError[];
};

export type BatchError = {
	readonly code: string;
	/** 1-based; null: of the whole file. */
	readonly line: number | null;
	readonly message: string;
	readonly param: string | null;
};

export type BatchOutcome = {
	readonly outputFileId: string | null;
	readonly errorFileId: string | null;
	readonly completed: number;
	readonly failed: number;
	readonly usage: UsageSum;
};
