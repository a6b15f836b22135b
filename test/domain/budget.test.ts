import {describe, expect, test} from 'vitest';
import {type Budget, createBudget, type Start, settleStart, takeStart} from '../../source/domain/budget.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

/** Starts as soon as the budget lets it, for `durationMs`; returns the times. */
function sendFor(
	budget: Budget,
	durationMs: number,
	tokens: () => number,
	settle?: (start: Start, now: number) => void,
) {
	const starts: {readonly at: number; readonly tokens: number}[] = [];
	let now = 5000;
	const end = now + durationMs;
	while (now < end) {
		const wanted = tokens();
		const start = takeStart(budget, wanted, now);
		if ('retryAt' in start) {
			expect(start.retryAt).toBeGreaterThan(now);
			now = Math.ceil(start.retryAt);
		} else {
			settle?.(start, now);
			starts.push({at: now, tokens: start.tokens});
		}
	}

	return starts;
}

function mostInWindow(
	starts: readonly {readonly at: number; readonly tokens: number}[],
	measure: 'count' | 'tokens',
) {
	let most = 0;
	for (const {at} of starts) {
		const inside = starts.filter(other => other.at >= at && other.at < at + 60_000);
		most = Math.max(
			most,
			measure === 'count' ? inside.length : inside.reduce((sum, {tokens}) => sum + tokens, 0),
		);
	}

	return most;
}

describe('a budget of requests per minute', () => {
	test.each([1, 7, 60, 600])(
		'%i: first at once, no window above it, at least 95 %% of it used (row 35)',
		limit => {
			const starts = sendFor(createBudget(limit, null), 300_000, () => 1);
			expect(starts[0]?.at).toBe(5000);
			expect(mostInWindow(starts, 'count')).toBeLessThanOrEqual(limit);
			expect(starts.length).toBeGreaterThanOrEqual(Math.floor(limit * 5 * 0.95));
		},
	);

	test('without a limit grants every start at once', () => {
		const budget = createBudget(null, null);
		for (let count = 0; count < 1000; count++) {
			expect(takeStart(budget, 1e9, 0)).not.toHaveProperty('retryAt');
		}

		expect(budget.starts).toHaveLength(0);
	});
});

describe('a budget of tokens per minute', () => {
	test('10,000 with 500-token requests: never more than 20 starts a minute (row 36)', () => {
		const starts = sendFor(createBudget(null, 10_000), 300_000, () => 500);
		expect(mostInWindow(starts, 'count')).toBeLessThanOrEqual(20);
		expect(starts.length).toBeGreaterThanOrEqual(95);
	});

	test('lets a call that is larger than the limit go alone', () => {
		const budget = createBudget(null, 1000);
		expect(takeStart(budget, 5000, 0)).not.toHaveProperty('retryAt');
		const next = takeStart(budget, 10, 1);
		expect('retryAt' in next && next.retryAt).toBeGreaterThanOrEqual(60_000);
	});

	test('random sizes and corrections: no window above either limit', () => {
		const seed = testSeed('budget');
		const random = seededRandom(seed);
		for (let round = 0; round < 5; round++) {
			const budget = createBudget(90, 20_000);
			const starts = sendFor(
				budget,
				200_000,
				() => Math.ceil(random() * 900),
				// A correction downwards: an estimate is a bound.
				(start, now) => settleStart(budget, start, Math.ceil(start.tokens * random()), now),
			);
			expect(mostInWindow(starts, 'count'), `seed ${seed}`).toBeLessThanOrEqual(90);
			expect(mostInWindow(starts, 'tokens'), `seed ${seed}`).toBeLessThanOrEqual(20_000);
		}
	});

	test('gives back what a call did not use', () => {
		const budget = createBudget(null, 1000);
		const start = takeStart(budget, 1000, 0) as Start;
		expect(takeStart(budget, 500, 100)).toHaveProperty('retryAt');
		settleStart(budget, start, 10, 200);
		expect(takeStart(budget, 500, 300)).not.toHaveProperty('retryAt');
	});
});
