import {loadBodyCounter} from '../api/token-count.ts';
import {assumedCompletion} from '../domain/completion.ts';
import {allowedOutput} from '../domain/demand.ts';
import {usd} from '../domain/money.ts';
import {costOf, type Lane, type Price} from '../domain/price.ts';
import type {QueueRules} from '../domain/queue-rules.ts';
import type {Request, RequestSource} from '../domain/request.ts';
import {sampleRequests} from './sample-requests.ts';

/** What a queue's requests would cost in one lane. The output is null when some request bounds it nowhere. */
export type LaneCost = {
	readonly inputUsd: number;
	/** With the part of the allowed output that is expected. */
	readonly outputUsd: number | null;
	/** With all of it. */
	readonly maxOutputUsd: number | null;
};

/** What a queue's requests add up to before any is sent. */
export type QueueEstimate = {
	readonly key: string;
	readonly model: string;
	readonly requests: number;
	/** So many tokens are enqueued when all requests are in batches. */
	readonly inputTokens: number;
	/** Null when some request bounds its output nowhere. */
	readonly maxOutputTokens: number | null;
	/** By the completion ratio. */
	readonly outputTokens: number | null;
	/** Null when the price is unknown. */
	readonly direct: LaneCost | null;
	/** Null as well where there is no Batch API. */
	readonly batch: LaneCost | null;
	readonly hasBatch: boolean;
	/** Of the lines of its batches, if all go that way. */
	readonly batchBytes: number;
	readonly encoding: string;
	readonly isKnownModel: boolean;
	readonly priceSource: string | null;
};

export type RunEstimate = {
	readonly queues: readonly QueueEstimate[];
	readonly longestInputTokens: number;
	/** Requests whose tokens were counted; the rest follows their mean. */
	readonly counted: number;
	/** The part of the allowed output that is expected, and whether nobody gave it. */
	readonly completion: {readonly ratio: number; readonly isAssumed: boolean};
};

/** More are sampled: counting runs at millions of tokens a second, a spec may hold a billion. */
const mostCounted = 20_000;

/** What a line of a batch holds beside the body: custom_id, method, URL and a line feed. */
const lineFrameBytes = 90;

type Sums = {
	counted: number;
	input: number;
	/** Null once a request bounds its output nowhere. */
	output: number | null;
	bytes: number;
	readonly pico: {readonly [L in Lane]: {input: bigint; output: bigint}};
};

/**
 * Counts the tokens of all requests, or of a sample, and prices each as a call of its own, in integers: a price
 * with tiers holds for a call and not for a sum. `completionRatio` is the spec's; null: assumed. `onCounted` sees
 * each request that was counted, with its input tokens and the bytes of its line.
 */
export async function estimateRun(
	source: RequestSource,
	prices: readonly (Price | null)[],
	rules: readonly QueueRules[],
	completionRatio: number | null,
	onCounted: (request: Request, input: number, bytes: number) => void = () => {},
): Promise<RunEstimate> {
	const counters = await Promise.all(source.queues.map(async ({model}) => loadBodyCounter(model)));
	const sums = source.queues.map(
		(): Sums => ({
			counted: 0,
			input: 0,
			output: 0,
			bytes: 0,
			pico: {direct: {input: 0n, output: 0n}, batch: {input: 0n, output: 0n}},
		}),
	);
	const {indexes, requests} = sampleRequests(source, mostCounted);
	let longest = 0;
	for (const index of indexes) {
		const request = source.expand(index);
		const {body, queue, endpoint} = request;
		const sum = sums[queue]!;
		const input = counters[queue]!.count(body);
		const output = allowedOutput(body, endpoint, rules[queue]!.maxOutput);
		sum.counted++;
		sum.input += input;
		sum.output = sum.output === null || output === null ? null : sum.output + output;
		const bytes = Buffer.byteLength(JSON.stringify(body)) + lineFrameBytes;
		sum.bytes += bytes;
		longest = Math.max(longest, input);
		addCosts(sum, prices[queue] ?? null, input, output ?? 0);
		onCounted(request, input, bytes);
	}

	const ratio = completionRatio ?? assumedCompletion;
	return {
		longestInputTokens: longest,
		counted: indexes.length,
		completion: {ratio, isAssumed: completionRatio === null},
		queues: source.queues.map(({key, model}, queue) => {
			const sum = sums[queue]!;
			const count = requests[queue]!;
			const whole = (amount: number) => Math.round((amount * count) / Math.max(1, sum.counted));
			const cost = (lane: Lane) => laneCost(sum, lane, count, ratio);
			const price = prices[queue] ?? null;
			const {hasBatch} = rules[queue]!;
			return {
				key,
				model,
				requests: count,
				inputTokens: whole(sum.input),
				maxOutputTokens: sum.output === null ? null : whole(sum.output),
				outputTokens: sum.output === null ? null : whole(sum.output * ratio),
				direct: price && cost('direct'),
				batch: price && hasBatch ? cost('batch') : null,
				hasBatch,
				batchBytes: whole(sum.bytes),
				encoding: counters[queue]!.encoding,
				isKnownModel: counters[queue]!.isKnownModel,
				priceSource: price?.source ?? null,
			};
		}),
	};
}

/** Input and output apart: the tier of both follows from the input. */
function addCosts({pico}: Sums, price: Price | null, input: number, output: number): void {
	if (price === null) {
		return;
	}

	for (const lane of ['direct', 'batch'] as const) {
		const inputPico = costOf({input, cached: 0, output: 0}, price, lane);
		pico[lane].input += inputPico;
		pico[lane].output += costOf({input, cached: 0, output}, price, lane) - inputPico;
	}
}

function laneCost({pico, output, counted}: Sums, lane: Lane, requests: number, ratio: number): LaneCost {
	const whole = (amount: bigint) => usd((amount * BigInt(requests)) / BigInt(Math.max(1, counted)));
	const maxOutputUsd = output === null ? null : whole(pico[lane].output);
	return {
		inputUsd: whole(pico[lane].input),
		outputUsd: maxOutputUsd === null ? null : maxOutputUsd * ratio,
		maxOutputUsd,
	};
}
