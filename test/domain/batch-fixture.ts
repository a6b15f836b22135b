import {rangesOf} from '../../source/domain/batch.ts';
import type {BatchEvent} from '../../source/domain/batch-event.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import {start} from './run-fixture.ts';

type Cut = Extract<BatchEvent, {type: 'shard-cut'}>;

/** By default every request is predicted to take 10 tokens in and 5 out, and held with 1,000 picodollars. */
export function shardCut(shard: number, indexes: readonly number[], fields: Partial<Cut> = {}): RunEvent {
	const count = indexes.length;
	return {
		type: 'shard-cut',
		at: start,
		shard,
		queue: 0,
		indexes: rangesOf(indexes),
		count,
		bytes: count * 100,
		sha256: `${shard}`.repeat(64).slice(0, 64),
		input: count * 10,
		output: count * 5,
		worstTokens: count * 20,
		worstPico: count * 1000,
		...fields,
	};
}

/** From the upload to the batch at the API. */
export function submitted(shard: number, at = start): readonly RunEvent[] {
	return [
		{type: 'batch-uploaded', at, shard, fileId: `file-${shard}`},
		{type: 'batch-submitting', at, shard},
		{
			type: 'batch-submitted',
			at,
			shard,
			batchId: `batch_${shard}`,
			status: 'validating',
			submittedAt: at,
			expiresAt: at + 86_400_000,
			isAdopted: false,
		},
	];
}

type Updated = Extract<BatchEvent, {type: 'batch-updated'}>;

export function updated(shard: number, status: string, fields: Partial<Updated> = {}): RunEvent {
	return {
		type: 'batch-updated',
		at: start,
		shard,
		status,
		counts: {total: 0, completed: 0, failed: 0},
		expiresAt: null,
		outputFileId: `file-out-${shard}`,
		errorFileId: null,
		...fields,
	};
}

type Collected = Extract<BatchEvent, {type: 'batch-collected'}>;

export function collected(
	shard: number,
	{aside, ...fields}: Partial<Omit<Collected, 'aside'>> & {aside?: Partial<Collected['aside']>} = {},
): RunEvent {
	return {
		type: 'batch-collected',
		at: start,
		shard,
		outcomes: {done: 0, failed: 0, expired: 0, missing: 0},
		aside: {
			unknown: 0,
			duplicate: 0,
			garbled: 0,
			orphans: 0,
			orphanTokens: {input: 0, cached: 0, output: 0},
			orphanPico: 0,
			...aside,
		},
		...fields,
	};
}
