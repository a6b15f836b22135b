import {loadTokenCounter, type TokenCounter} from '../api/token-count.ts';
import {outputLimitOf} from '../domain/estimate.ts';
import type {Price} from '../domain/price.ts';
import type {RequestSource} from '../domain/request.ts';

/** What a queue's requests add up to before any is sent. */
export type QueueEstimate = {
	readonly key: string;
	readonly model: string;
	readonly requests: number;
	readonly inputTokens: number;
	/** Null when some request bounds its output nowhere. */
	readonly maxOutputTokens: number | null;
	readonly inputUsd: number | null;
	readonly maxOutputUsd: number | null;
	readonly encoding: string;
	readonly isKnownModel: boolean;
	readonly priceSource: string | null;
};

export type RunEstimate = {
	readonly queues: readonly QueueEstimate[];
	readonly longestInputTokens: number;
	/** Requests whose tokens were counted; the rest follows their mean. */
	readonly counted: number;
};

/** More are sampled: counting runs at millions of tokens a second, a spec may hold a billion. */
const mostCounted = 20_000;

/** Counts the tokens of all requests, or of an even sample, and prices them per call. */
export async function estimateRun(
	source: RequestSource,
	prices: readonly (Price | null)[],
): Promise<RunEstimate> {
	const counters = await Promise.all(source.queues.map(async ({model}) => loadTokenCounter(model)));
	const sums = source.queues.map(() => ({
		requests: 0,
		counted: 0,
		input: 0,
		output: 0,
		bounded: true,
		inputPico: 0,
		outputPico: 0,
	}));
	const step = Math.max(1, source.count / mostCounted);
	let longest = 0;
	let counted = 0;
	for (let position = 0; Math.floor(position) < source.count; position += step) {
		const request = source.expand(Math.floor(position));
		const sum = sums[request.queue]!;
		const tokens = (counters[request.queue] as TokenCounter).count(request.body);
		const limit = outputLimitOf(request.body);
		const output = hasNoOutput(request.endpoint)
			? 0
			: (limit ?? 0) * (typeof request.body.n === 'number' ? request.body.n : 1);
		const price = prices[request.queue];
		const rates = price?.tiers.findLast(({above}) => tokens > above)?.direct ?? price?.direct;
		sum.counted++;
		sum.input += tokens;
		sum.output += output;
		sum.bounded &&= limit !== null || hasNoOutput(request.endpoint);
		sum.inputPico += tokens * (rates?.input ?? 0);
		sum.outputPico += output * (rates?.output ?? 0);
		longest = Math.max(longest, tokens);
		counted++;
	}

	for (let index = 0; index < source.count; index++) {
		sums[source.queueOf(index)]!.requests++;
	}

	return {
		longestInputTokens: longest,
		counted,
		queues: source.queues.map(({key, model}, position) => {
			const sum = sums[position]!;
			const scale = sum.counted === 0 ? 0 : sum.requests / sum.counted;
			const price = prices[position] ?? null;
			const counter = counters[position] as TokenCounter;
			return {
				key,
				model,
				requests: sum.requests,
				inputTokens: Math.round(sum.input * scale),
				maxOutputTokens: sum.bounded ? Math.round(sum.output * scale) : null,
				inputUsd: price ? (sum.inputPico * scale) / 1e12 : null,
				maxOutputUsd: price && sum.bounded ? (sum.outputPico * scale) / 1e12 : null,
				encoding: counter.encoding,
				isKnownModel: counter.isKnownModel,
				priceSource: price?.source ?? null,
			};
		}),
	};
}

function hasNoOutput(endpoint: string): boolean {
	return endpoint === 'embeddings' || endpoint === 'moderations';
}
