import {expect, test} from 'vitest';
import {dueIn} from '../../source/ui/due-in.ts';

test.each([
	[8000, 'in 8s'],
	[7001, 'in 8s'],
	[1, 'in 1s'],
	[0, 'due'],
	[-5000, 'due'],
])('a retry %i ms ahead is %s', (aheadMs, text) => {
	expect(dueIn(10_000 + aheadMs, 10_000)).toBe(text);
});
