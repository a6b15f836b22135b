import {describe, expect, test} from 'vitest';
import {estimateRun} from '../../source/cli/estimate-run.ts';
import {sampleRequests} from '../../source/cli/sample-requests.ts';
import type {Price} from '../../source/domain/price.ts';
import type {JsonObject, RequestSource} from '../../source/domain/request.ts';

function sourceOf(count: number, queues: number, bodyOf: (index: number) => JsonObject): RequestSource {
	return {
		count,
		queues: Array.from({length: queues}, (_, queue) => ({
			key: `openai/gpt-4o-${queue}`,
			provider: 'openai',
			model: 'gpt-4o',
		})),
		queueOf: index => index % queues,
		id: String,
		expand: index => ({
			id: String(index),
			index,
			queue: index % queues,
			endpoint: 'chat',
			provider: 'openai',
			model: 'gpt-4o',
			modelArgs: {},
			body: bodyOf(index),
			asked: {prompt: '', prompt_raw: '', prompt_args: {}},
			input: {},
		}),
		close() {},
	};
}

/** gpt-4o in 2025: 2.50 and 10 USD per million, half of it by batch. */
const price: Price = {
	direct: {input: 2_500_000, cachedInput: 1_250_000, output: 10_000_000},
	batch: {input: 1_250_000, cachedInput: 625_000, output: 5_000_000},
	tiers: [],
	source: 'test',
};
const rules = {hasBatch: true, maxOutput: 16_384};
/** Eight tokens, as the API counts it: one of text, seven around it. */
const hello = {messages: [{role: 'user', content: 'hello'}], max_tokens: 100, n: 2};

describe('the estimate equals what is reckoned by hand, to 1e-9 USD', () => {
	test('with the ratio that is assumed, and one that is given', async () => {
		const source = sourceOf(1234, 1, () => hello);
		const assumed = await estimateRun(source, [price], [rules], null);
		const [queue] = assumed.queues;
		expect(assumed).toMatchObject({counted: 1234, completion: {ratio: 0.5, isAssumed: true}});
		expect(queue).toMatchObject({
			requests: 1234,
			inputTokens: 1234 * 8,
			maxOutputTokens: 1234 * 200,
			outputTokens: 1234 * 100,
		});
		expect(queue?.direct?.inputUsd).toBeCloseTo((1234 * 8 * 2.5) / 1e6, 10);
		expect(queue?.direct?.maxOutputUsd).toBeCloseTo((1234 * 200 * 10) / 1e6, 10);
		expect(queue?.direct?.outputUsd).toBeCloseTo((1234 * 100 * 10) / 1e6, 10);
		expect(queue?.batch?.inputUsd).toBeCloseTo((1234 * 8 * 1.25) / 1e6, 10);
		expect(queue?.batch?.outputUsd).toBeCloseTo((1234 * 100 * 5) / 1e6, 10);

		const given = await estimateRun(source, [price], [rules], 0.3);
		expect(given.completion).toEqual({ratio: 0.3, isAssumed: false});
		expect(given.queues[0]?.batch?.outputUsd).toBeCloseTo((1234 * 60 * 5) / 1e6, 10);
	});

	test('each call in its own tier', async () => {
		const tiers = [{above: 7, direct: {...price.direct, input: 5_000_000}, batch: price.batch}];
		const {queues} = await estimateRun(
			sourceOf(10, 1, () => hello),
			[{...price, tiers}],
			[rules],
			null,
		);
		expect(queues[0]?.direct?.inputUsd).toBeCloseTo((10 * 8 * 5) / 1e6, 10);
	});
});

test('the table bounds what the body leaves open; where neither does the output is unknown', async () => {
	const open = {messages: hello.messages};
	const source = sourceOf(4, 2, () => open);
	const {queues} = await estimateRun(
		source,
		[price, null],
		[rules, {hasBatch: false, maxOutput: null}],
		null,
	);
	expect(queues[0]).toMatchObject({maxOutputTokens: 2 * 16_384, outputTokens: 16_384});
	expect(queues[1]).toMatchObject({maxOutputTokens: null, outputTokens: null, direct: null, batch: null});
});

describe('a sample', () => {
	test('keeps no time with the axes of a spec', () => {
		// Two queues in turn, and every other request of a queue is long.
		const count = 400_000;
		const {indexes, requests} = sampleRequests(
			sourceOf(count, 2, () => hello),
			20_000,
		);
		expect(requests).toEqual([count / 2, count / 2]);
		expect(indexes.length).toBe(20_000);
		expect(indexes).toEqual([...new Set(indexes)].sort((a, b) => a - b));
		for (const period of [2, 4, 8, 20, 40]) {
			const first = indexes.filter(index => index % period === 0).length;
			expect(Math.abs(first / indexes.length - 1 / period)).toBeLessThan(0.02);
		}
	});

	test('takes all of what is few', () => {
		const few = sampleRequests(
			sourceOf(7, 3, () => hello),
			20_000,
		);
		expect(few).toEqual({indexes: [0, 1, 2, 3, 4, 5, 6], requests: [3, 2, 2]});
		expect(
			sampleRequests(
				sourceOf(0, 1, () => hello),
				10,
			),
		).toEqual({indexes: [], requests: [0]});
	});

	test('follows the mean of what was counted', async () => {
		const source = sourceOf(100_000, 1, index => ({...hello, max_tokens: index % 2 === 0 ? 50 : 150}));
		const {queues, counted} = await estimateRun(source, [price], [rules], null);
		expect(counted).toBe(20_000);
		expect(queues[0]!.maxOutputTokens! / (100_000 * 200)).toBeCloseTo(1, 1);
	});
});
