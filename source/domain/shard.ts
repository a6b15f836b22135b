import type {BatchState} from './batch.ts';
import {type Demand, noDemand} from './ceiling.ts';
import type {QueueRules} from './queue-rules.ts';
import type {Endpoint, JsonObject} from './request.ts';
import type {RunSettings} from './settings.ts';
import type {QueueState} from './state.ts';

/** What OpenAI takes in one file. */
const hardLimits = {maxRequests: 50_000, maxBytes: 200e6, embeddingInputs: 50_000} as const;

/** Sizes are measured exactly and tokens counted; the API may count a little more. */
const bytesSafety = 1.01;
const tokensSafety = 1.05;

/** The path of an endpoint, as the lines of a batch file name it. */
export const batchPaths: {readonly [E in Endpoint]: string} = {
	chat: '/v1/chat/completions',
	completions: '/v1/completions',
	responses: '/v1/responses',
	embeddings: '/v1/embeddings',
	moderations: '/v1/moderations',
};

/** What one line adds to its file. */
export type LineSize = {
	readonly bytes: number;
	/** Predicted tokens. */
	readonly input: number;
	readonly output: number;
	/** Texts to embed; 0 for the other endpoints. */
	readonly embeddingInputs: number;
	readonly worst: Demand;
};

/** What the lines of a file come to. */
export type ShardSize = LineSize;

export const emptyShard: ShardSize = {bytes: 0, input: 0, output: 0, embeddingInputs: 0, worst: noDemand};

/** What one file may hold. Null: no bound. */
export type ShardLimits = {
	readonly requests: number;
	readonly bytes: number;
	/** Input tokens. */
	readonly tokens: number;
	readonly costPico: bigint | null;
	readonly embeddingInputs: number;
};

/**
 * The bounds of the next file of a queue: those of one batch, those of all that is remote, what the API takes, and
 * what it was seen to grant. Default costs do not hold for a model without a price.
 */
export function shardLimits(
	{batch, remote}: RunSettings,
	{price, enqueuedLimit}: QueueState,
	{batchFile = hardLimits}: Pick<QueueRules, 'batchFile'>,
): ShardLimits {
	return {
		requests: Math.min(batch.maxRequests, remote.maxRequests, batchFile.maxRequests),
		bytes: Math.floor(Math.min(batch.maxBytes, remote.maxBytes, batchFile.maxBytes) / bytesSafety),
		tokens: Math.floor(
			Math.min(batch.maxTokens, remote.maxTokens, enqueuedLimit ?? Number.POSITIVE_INFINITY) / tokensSafety,
		),
		costPico: price === null ? null : tighter(batch.maxCostPico, remote.maxCostPico),
		embeddingInputs: hardLimits.embeddingInputs,
	};
}

function tighter(one: bigint | null, other: bigint | null): bigint | null {
	if (one === null || (other !== null && other < one)) {
		return other;
	}

	return one;
}

export function addLine(shard: ShardSize, line: LineSize): ShardSize {
	return {
		bytes: shard.bytes + line.bytes,
		input: shard.input + line.input,
		output: shard.output + line.output,
		embeddingInputs: shard.embeddingInputs + line.embeddingInputs,
		worst: {
			requests: shard.worst.requests + line.worst.requests,
			tokens: shard.worst.tokens + line.worst.tokens,
			costPico: shard.worst.costPico + line.worst.costPico,
		},
	};
}

export function isWithin({bytes, input, embeddingInputs, worst}: ShardSize, limits: ShardLimits): boolean {
	return (
		worst.requests <= limits.requests &&
		bytes <= limits.bytes &&
		input <= limits.tokens &&
		embeddingInputs <= limits.embeddingInputs &&
		(limits.costPico === null || worst.costPico <= limits.costPico)
	);
}

/** Why no batch can ever take this line; null when one can. */
export function impossibleLine(
	{bytes, embeddingInputs}: LineSize,
	{batchFile = hardLimits}: Pick<QueueRules, 'batchFile'>,
): string | null {
	const {maxBytes} = batchFile;
	if (bytes > maxBytes) {
		return `its line of ${bytes} bytes is longer than the ${maxBytes / 1e6} MB that a batch file may have`;
	}

	return embeddingInputs > hardLimits.embeddingInputs
		? `its ${embeddingInputs} inputs are more than the 50,000 that a batch of embeddings may have`
		: null;
}

/** How many texts a body asks to embed. A list of numbers is one text, in tokens. */
export function embeddingInputsOf({input}: JsonObject, endpoint: Endpoint): number {
	if (endpoint !== 'embeddings') {
		return 0;
	}

	return Array.isArray(input) && typeof input[0] !== 'number' ? input.length : 1;
}

/** The name under which a shard's file goes to the API: whoever looks for it there knows it by run and content. */
export function remoteName(runId: string, {shard, sha256}: Pick<BatchState, 'shard' | 'sha256'>): string {
	return `pb-${runId}-${shard}-${sha256.slice(0, 8)}.jsonl`;
}

/** What a batch carries at the API, and by what it is known again: nothing of the user's. */
export function batchMetadata(runId: string, {shard, sha256}: Pick<BatchState, 'shard' | 'sha256'>) {
	return {pb_run: runId, pb_shard: String(shard), pb_sha: sha256} as const;
}
