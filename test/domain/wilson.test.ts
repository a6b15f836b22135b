import {expect, test} from 'vitest';
import {wilsonInterval} from '../../source/domain/wilson.ts';

// Against R: binom::binom.wilson(x, n).
test.each([
	[0, 10, 0, 0.2775],
	[10, 10, 0.7225, 1],
	[5, 10, 0.2366, 0.7634],
	[14, 15, 0.7018, 0.9881],
	[1, 1, 0.2065, 1],
	[80, 100, 0.7112, 0.8666],
])('of %i out of %i', (hits, tries, low, high) => {
	const interval = wilsonInterval(hits, tries);
	expect(interval.low).toBeCloseTo(low, 3);
	expect(interval.high).toBeCloseTo(high, 3);
});

test('of nothing says nothing', () => {
	expect(wilsonInterval(0, 0)).toEqual({low: 0, high: 1});
});
