import {expect, test} from 'vitest';
import {chooseSample} from '../../source/domain/choose-sample.ts';

const share = (part: number) => (fresh: number) => Math.ceil(fresh * part);

test('gives each queue its share, at least one, and never keeps time with an axis', () => {
	const queueOf = (index: number) => (index % 1000 === 0 ? 1 : 0);
	const source = {count: 10_000, queues: 2, queueOf, isFresh: () => true};
	const chosen = chooseSample(source, share(0.01), 0.3);
	expect(chosen.length).toBeGreaterThanOrEqual(99);
	expect(chosen.length).toBeLessThanOrEqual(102);
	expect(chosen.filter(index => queueOf(index) === 1).length).toBeGreaterThanOrEqual(1);
	expect(new Set(chosen.map(index => index % 10)).size).toBe(10);
	expect(chosen).toEqual([...new Set(chosen)].sort((a, b) => a - b));
});

test('is the same for the same seed, another for another, and takes only what is fresh', () => {
	const source = {count: 500, queues: 1, queueOf: () => 0, isFresh: (index: number) => index % 2 === 1};
	const chosen = chooseSample(source, share(0.1), 0.25);
	expect(chosen).toEqual(chooseSample(source, share(0.1), 0.25));
	expect(chosen).not.toEqual(chooseSample(source, share(0.1), 0.9));
	expect(chosen).toHaveLength(25);
	expect(chosen.every(index => index % 2 === 1)).toBe(true);
	expect(chooseSample({...source, isFresh: () => false}, share(0.1), 0)).toEqual([]);
	expect(chooseSample(source, fresh => fresh, 0.99)).toHaveLength(250);
});
