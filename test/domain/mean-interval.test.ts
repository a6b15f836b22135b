import {expect, test} from 'vitest';
import {emptyMoments, meanInterval, noteNumber} from '../../source/domain/mean-interval.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

function intervalOf(values: readonly number[]) {
	const moments = emptyMoments();
	for (const value of values) {
		noteNumber(moments, value);
	}

	return meanInterval(moments);
}

test('of a share is the one of Wilson', () => {
	const share = (hits: number, all: number) =>
		intervalOf(Array.from({length: all}, (_, index) => Number(index < hits)));
	expect(share(81, 263)!.low).toBeCloseTo(0.2553, 4);
	expect(share(81, 263)!.high).toBeCloseTo(0.3662, 4);
	expect(share(0, 10)).toEqual({low: 0, high: expect.closeTo(0.2775, 4)});
	expect(share(1, 1)!.high).toBe(1);
});

test('of other numbers is the one of Student', () => {
	expect(intervalOf([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({
		low: expect.closeTo(5 - 2.365 * Math.sqrt(32 / 7 / 8), 6),
		high: expect.closeTo(5 + 2.365 * Math.sqrt(32 / 7 / 8), 6),
	});
	// 9, 30 and 1000 degrees of freedom: 2.262, 2.042, 1.962.
	for (const [count, quantile] of [
		[10, 2.2622],
		[31, 2.0423],
		[1001, 1.9623],
	] as const) {
		const values = Array.from({length: count}, (_, index) => index);
		const {low, high} = intervalOf(values)!;
		const deviation = Math.sqrt(
			values.reduce((sum, value) => sum + (value - (count - 1) / 2) ** 2, 0) / (count - 1),
		);
		expect((high - low) / 2 / (deviation / Math.sqrt(count))).toBeCloseTo(quantile, 3);
	}

	expect([intervalOf([]), intervalOf([5])]).toEqual([null, null]);
});

test('large numbers with small differences lose nothing', () => {
	const {low, high} = intervalOf([1e9 + 1, 1e9 + 2, 1e9 + 3])!;
	expect((low + high) / 2).toBeCloseTo(1e9 + 2, 6);
	expect(high - low).toBeCloseTo((2 * 4.303) / Math.sqrt(3), 3);
});

test('covers the mean of what numbers are drawn from about 95 times in 100', () => {
	const random = seededRandom(testSeed('mean interval'));
	let covered = 0;
	for (let round = 0; round < 2000; round++) {
		const {low, high} = intervalOf(Array.from({length: 20}, () => random() + random()))!;
		covered += low <= 1 && 1 <= high ? 1 : 0;
	}

	expect(covered / 2000).toBeGreaterThan(0.92);
	expect(covered / 2000).toBeLessThan(0.975);
});
