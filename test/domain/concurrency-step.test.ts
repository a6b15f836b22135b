import {expect, test} from 'vitest';
import {stepDown, stepUp} from '../../source/domain/concurrency-step.ts';

test.each([
	[1, 2, 1],
	[9, 10, 8],
	[10, 11, 9],
	[64, 70, 58],
	[9_600, 10_000, 8_640],
	[10_000, 10_000, 9_000],
	[20_000, 20_000, 18_000],
])('from %i up is %i, down is %i', (from, up, down) => {
	expect(stepUp(from)).toBe(up);
	expect(stepDown(from)).toBe(down);
});
