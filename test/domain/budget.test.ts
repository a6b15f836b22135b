import {describe, expect, test} from 'vitest';
import {
	type Budget,
	createBudget,
	recallStarts,
	type Start,
	settleStart,
	takeStart,
} from '../../source/domain/budget.ts';
import {addStarts, type StartSlice, settleSlice} from '../../source/domain/recent-starts.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

/** Starts as soon as the budget lets it, for `durationMs`; returns the times. */
function sendFor(
	budget: Budget,
	durationMs: number,
	tokens: () => number,
	settle?: (start: Start, now: number) => void,
	from = 5000,
) {
	const starts: {readonly at: number; readonly tokens: number}[] = [];
	let now = from;
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

describe('a budget of a resumed session', () => {
	test('counts what earlier ones sent within the window, in requests and in tokens', () => {
		const seed = testSeed('resumed budget');
		const random = seededRandom(seed);
		for (let round = 0; round < 20; round++) {
			const slices: StartSlice[] = [];
			const starts: {readonly at: number; readonly tokens: number}[] = [];
			for (let from = 5000; from < 300_000; from += 1 + Math.floor(random() * 40_000)) {
				const lasts = Math.floor(random() * 30_000);
				const budget = recallStarts(createBudget(90, 20_000), slices, from);
				const session = sendFor(
					budget,
					lasts,
					() => Math.ceil(random() * 900),
					(start, now) => {
						const used = Math.ceil(start.tokens * random());
						addStarts(slices, now, 1, start.tokens);
						settleStart(budget, start, used, now);
						settleSlice(slices, now, used);
					},
					from,
				);
				starts.push(...session);
				from += lasts;
			}

			expect(mostInWindow(starts, 'count'), `seed ${seed}`).toBeLessThanOrEqual(90);
			expect(mostInWindow(starts, 'tokens'), `seed ${seed}`).toBeLessThanOrEqual(20_000);
			expect(slices.length).toBeLessThanOrEqual(62);
		}
	});

	test('leaves out the starts of a clock that was ahead', () => {
		const slices: StartSlice[] = [];
		addStarts(slices, 3_600_000, 5, 0);
		expect(takeStart(recallStarts(createBudget(5, null), slices, 1000), 0, 1000)).not.toHaveProperty(
			'retryAt',
		);
	});

	test('recalls nothing where nothing is limited', () => {
		const slices: StartSlice[] = [];
		addStarts(slices, 1000, 1_000_000, 0);
		expect(recallStarts(createBudget(null, null), slices, 2000).starts).toHaveLength(0);
	});
});
