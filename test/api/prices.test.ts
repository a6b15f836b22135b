import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {lookUpPrice, priceTable} from '../../source/api/prices.ts';
import {usd} from '../../source/domain/money.ts';
import {costOf} from '../../source/domain/price.ts';

test('the table says which version it is', () => {
	const manifest = readFileSync('node_modules/@pydantic/genai-prices/package.json', 'utf8');
	expect(priceTable).toBe(`genai-prices ${(JSON.parse(manifest) as {version: string}).version}`);
});

test('a known model has its direct price, and half of it by batch', async () => {
	expect(await lookUpPrice('openai', 'gpt-4o-mini', null)).toEqual({
		direct: {input: 150_000, cachedInput: 75_000, output: 600_000},
		batch: {input: 75_000, cachedInput: 37_500, output: 300_000},
		tiers: [],
		source: priceTable,
	});
});

test('ten calls with cached tokens cost what a hand calculation says', async () => {
	const price = await lookUpPrice('openai', 'gpt-4o-2024-08-06', null);
	const cost = costOf({input: 1000, cached: 800, output: 50}, price!, 'direct');
	expect(usd(cost * 10n)).toBe(0.02);
});

test('a long prompt is in a tier of its own', async () => {
	const price = await lookUpPrice('openai', 'gpt-6-luna', null);
	expect(price).toMatchObject({
		direct: {input: 100_000, cachedInput: 10_000, output: 500_000},
		batch: {input: 50_000, cachedInput: 5000, output: 250_000},
		tiers: [
			{
				above: 272_000,
				direct: {input: 200_000, cachedInput: 20_000, output: 750_000},
				batch: {input: 100_000, cachedInput: 10_000, output: 375_000},
			},
		],
	});
	expect(usd(costOf({input: 272_000, cached: 0, output: 0}, price!, 'direct'))).toBe(0.0272);
	expect(usd(costOf({input: 272_001, cached: 0, output: 0}, price!, 'direct'))).toBe(0.0544002);
});

test('every priced model of the table agrees with the table in each of its tiers', async () => {
	const {calcPrice, findProvider} = await import('@pydantic/genai-prices');
	let compared = 0;
	for (const {id} of findProvider({providerId: 'openai'})?.models ?? []) {
		const price = await lookUpPrice('openai', id, null);
		const edges = [100_000, ...(price?.tiers ?? []).flatMap(({above}) => [above, above + 1])];
		for (const input of price === null ? [] : edges) {
			const usage = {input, cached: Math.trunc(input / 4), output: 1000};
			const listed = calcPrice(
				{input_tokens: input, cache_read_tokens: usage.cached, output_tokens: 1000},
				id,
				{providerId: 'openai'},
			)!;
			// A model without a cached price bills cached tokens as input; the package then bills nothing for them.
			if (listed.model_price.cache_read_mtok !== undefined) {
				expect(usd(costOf(usage, price!, 'direct')), id).toBeCloseTo(listed.total_price, 9);
				compared++;
			}
		}
	}

	expect(compared).toBeGreaterThan(30);
});

test('embeddings have no output to pay for, and moderations nothing at all', async () => {
	expect((await lookUpPrice('openai', 'text-embedding-3-small', null))?.direct).toEqual({
		input: 20_000,
		cachedInput: 20_000,
		output: 0,
	});
	expect((await lookUpPrice('openai', 'omni-moderation-latest', null))?.direct).toEqual({
		input: 0,
		cachedInput: 0,
		output: 0,
	});
});

test.each([
	['openai', 'no-such-model'],
	['openai', 'whisper-1'],
	['custom', 'gpt-4o'],
	['toString', 'gpt-4o'],
	[null, 'gpt-4o'],
])('the price of %s/%s is unknown, unless the spec gives it', async (profile, model) => {
	expect(await lookUpPrice(profile, model, null)).toBeNull();
	expect(await lookUpPrice(profile, model, {})).toBeNull();
	expect(await lookUpPrice(profile, model, {input: 1})).toBeNull();
	expect(await lookUpPrice(profile, model, {output: 1, batch_input: 1, batch_output: 1})).toBeNull();
	const half = profile === 'openai' ? 0.5 : 1;
	expect(await lookUpPrice(profile, model, {input: 0.0025, output: 2})).toEqual({
		direct: {input: 2500, cachedInput: 2500, output: 2_000_000},
		batch: {input: 2500 * half, cachedInput: 2500 * half, output: 2_000_000 * half},
		tiers: [],
		source: 'spec',
	});
});

test.each([
	[{input: 1}, [1, 1, 0.6], [0.5, 0.5, 0.3]],
	[{output: 1}, [0.15, 0.075, 1], [0.075, 0.0375, 0.5]],
	[{cached_input: 0.1}, [0.15, 0.1, 0.6], [0.075, 0.05, 0.3]],
	[{input: 1, cached_input: 0.1}, [1, 0.1, 0.6], [0.5, 0.05, 0.3]],
	[{batch_input: 0.1}, [0.15, 0.075, 0.6], [0.1, 0.1, 0.3]],
	[{batch_input: 0.1, cached_input: 0.05}, [0.15, 0.05, 0.6], [0.1, 0.025, 0.3]],
	[{batch_output: 0.2}, [0.15, 0.075, 0.6], [0.075, 0.0375, 0.2]],
	[{input: 0, output: 0}, [0, 0, 0], [0, 0, 0]],
])('%j over gpt-4o-mini gives %j direct and %j by batch', async (override, direct, batch) => {
	const price = await lookUpPrice('openai', 'gpt-4o-mini', override);
	const perMillion = (rates: {input: number; cachedInput: number; output: number}) =>
		[rates.input, rates.cachedInput, rates.output].map(rate => rate / 1e6);
	expect(perMillion(price!.direct)).toEqual(direct);
	expect(perMillion(price!.batch)).toEqual(batch);
	expect(price!.source).toBe(`${priceTable}, spec`);
});

test('an override holds in every tier', async () => {
	const price = await lookUpPrice('openai', 'gpt-6-luna', {input: 3, cached_input: 1});
	expect(price!.tiers[0]!.direct).toEqual({input: 3_000_000, cachedInput: 1_000_000, output: 750_000});
});
