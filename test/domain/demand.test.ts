import {describe, expect, test} from 'vitest';
import {allowedOutput, demandOf, rateTokensOf} from '../../source/domain/demand.ts';
import {enlargeAllowance} from '../../source/domain/estimate.ts';
import {costOf, type Price, type Rates} from '../../source/domain/price.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

describe('the output that a body allows', () => {
	test.each([
		[{max_tokens: 10}, 10],
		[{max_completion_tokens: 20}, 20],
		[{max_output_tokens: 30}, 30],
		[{max_tokens: 10, n: 3}, 30],
		[{max_tokens: 10, n: 2, best_of: 5}, 50],
		[{max_tokens: 10, prompt: ['a', 'b', 'c']}, 30],
		[{max_tokens: 10, prompt: [[1, 2], [3]]}, 20],
		[{max_tokens: 10, prompt: [1, 2, 3]}, 10],
		[{max_tokens: 0}, 0],
		[{max_tokens: 1.5}, 2],
		[{max_tokens: null, n: null}, 500],
		[{max_tokens: -1}, 500],
		[{max_tokens: Number.POSITIVE_INFINITY}, 500],
		[{n: 4}, 2000],
	])('%j: %i', (body, tokens) => {
		expect(allowedOutput(body, 'chat', 500)).toBe(tokens);
	});

	test('nobody knows where neither body nor model bounds it', () => {
		expect(allowedOutput({n: 2}, 'chat', null)).toBeNull();
		expect(demandOf({n: 2}, 'chat', null, 100, null, 'direct').tokens).toBe(105 + 2 * 4096);
	});

	test('embeddings and moderations have none', () => {
		expect(allowedOutput({}, 'embeddings', 500)).toBe(0);
		expect(allowedOutput({}, 'moderations', null)).toBe(0);
	});

	test('it doubles with each answer that was cut short', () => {
		expect(allowedOutput(enlargeAllowance({max_tokens: 10, n: 2}, 2), 'chat', null)).toBe(80);
		expect(enlargeAllowance({max_tokens: -1}, 2)).toEqual({max_tokens: -1});
	});
});

test('no usage within the worst case costs more than it, whatever the prices', () => {
	const random = seededRandom(testSeed('demand'));
	const rates = (): Rates => ({
		input: Math.floor(random() * 5e6),
		cachedInput: Math.floor(random() * 5e6),
		output: Math.floor(random() * 2e7),
	});
	for (let round = 0; round < 2000; round++) {
		const price: Price = {
			direct: rates(),
			batch: rates(),
			tiers: [100, 200].map(above => ({above, direct: rates(), batch: rates()})),
			source: 'test',
		};
		const counted = Math.floor(random() * 400);
		const body = {max_tokens: Math.floor(random() * 50), n: 1 + Math.floor(random() * 3)};
		for (const lane of ['direct', 'batch'] as const) {
			const worst = demandOf(body, 'chat', null, counted, price, lane);
			const input = Math.floor(random() * (Math.ceil(counted * 1.05) + 1));
			const usage = {
				input,
				cached: Math.floor(random() * (input + 1)),
				output: Math.floor(random() * (body.max_tokens * body.n + 1)),
			};
			expect(costOf(usage, price, lane) <= worst.costPico).toBe(true);
			expect(usage.input + usage.output).toBeLessThanOrEqual(worst.tokens);
		}
	}
});

test('against tokens per minute counts what the body asks for, not the most of the model', () => {
	expect(rateTokensOf({max_tokens: 10, n: 2}, 'chat', 100)).toBe(120);
	expect(rateTokensOf({}, 'chat', 100)).toBe(4196);
	expect(rateTokensOf({}, 'embeddings', 100)).toBe(100);
});
