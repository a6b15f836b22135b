import {expect, test} from 'vitest';
import {isoTime} from '../../source/domain/iso-time.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

test('a time is written as Date does it, in whatever order times come', () => {
	const random = seededRandom(testSeed('iso-time'));
	const around = 1_790_000_000_000;
	const edges = [0, 59_999, 60_000, 86_399_999, 253_402_300_799_999, 253_402_300_800_000, -1, 0.5];
	const times = [
		...edges,
		...Array.from({length: 2000}, () => around + Math.floor(random() * 200_000)),
		...Array.from({length: 2000}, () => random() * around),
	];
	for (const at of times) {
		expect(isoTime(at)).toBe(new Date(at).toISOString());
	}
});

test('what is no time is a bug', () => {
	expect(() => isoTime(Number.NaN)).toThrow(RangeError);
});
