import {describe, expect, test} from 'vitest';
import {usd} from '../../source/domain/money.ts';
import {costOf, type Price, rate} from '../../source/domain/price.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {testPrice} from './run-fixture.ts';

test('row 15: ten calls of 1000 tokens in, 800 of them cached, and 50 out cost 0.0200 USD', () => {
	const call = costOf({input: 1000, cached: 800, output: 50}, testPrice, 'direct');
	expect(usd(call * 10n)).toBe(0.02);
});

test('1,000 random usages: never negative, never above the same without a cache', () => {
	const random = seededRandom(testSeed('price'));
	const odd = [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 0.5, -0];
	const tokens = () =>
		random() < 0.1 ? odd[Math.floor(random() * odd.length)]! : Math.floor(random() * 200_000);
	const tiered: Price = {
		...testPrice,
		tiers: [
			{above: 50_000, direct: rates(5, 2.5, 15), batch: rates(2.5, 1.25, 7.5)},
			{above: 128_000, direct: rates(7, 3.5, 20), batch: rates(3.5, 1.75, 10)},
		],
	};
	for (let round = 0; round < 1000; round++) {
		const usage = {input: tokens(), cached: tokens(), output: tokens()};
		for (const price of [testPrice, tiered]) {
			for (const lane of ['direct', 'batch'] as const) {
				const cost = costOf(usage, price, lane);
				expect(cost, JSON.stringify(usage)).toBeGreaterThanOrEqual(0n);
				expect(cost, JSON.stringify(usage)).toBeLessThanOrEqual(costOf({...usage, cached: 0}, price, lane));
			}
		}
	}
});

function rates(input: number, cachedInput: number, output: number): Price['direct'] {
	return {input: rate(input), cachedInput: rate(cachedInput), output: rate(output)};
}

describe('a long prompt', () => {
	const price: Price = {
		direct: rates(1, 0.5, 2),
		batch: rates(0.5, 0.25, 1),
		tiers: [
			{above: 100, direct: rates(10, 5, 20), batch: rates(5, 2.5, 10)},
			{above: 200, direct: rates(100, 50, 200), batch: rates(50, 25, 100)},
		],
		source: 'test',
	};

	test.each([
		[100, 100 * 1e6 + 10 * 2e6],
		[101, 101 * 10e6 + 10 * 20e6],
		[200, 200 * 10e6 + 10 * 20e6],
		[201, 201 * 100e6 + 10 * 200e6],
	])('of %i tokens has all its tokens in one tier', (input, pico) => {
		expect(costOf({input, cached: 0, output: 10}, price, 'direct')).toBe(BigInt(pico));
		expect(costOf({input, cached: 0, output: 10}, price, 'batch') * 2n).toBe(BigInt(pico));
	});
});

test('the smallest price seen is a whole number of picodollars a token', () => {
	expect(rate(0.0025)).toBe(2500);
	expect(
		costOf({input: 1, cached: 0, output: 0}, {...testPrice, direct: rates(0.0025, 0, 0)}, 'direct'),
	).toBe(2500n);
});
