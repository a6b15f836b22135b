import {expect, test} from 'vitest';
import {indexesOf, rangesOf} from '../../source/domain/batch.ts';
import {
	createLedger,
	customIdOf,
	deviationOf,
	indexesInBoth,
	indexList,
	placeLine,
} from '../../source/domain/reconcile.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {collected, shardCut, submitted, updated} from './batch-fixture.ts';
import {answered, created, runFixture, sessionStarted} from './run-fixture.ts';

const seed = testSeed('reconcile');

test('of every position the first line counts', () => {
	const ledger = createLedger({shard: 7, count: 3});
	const ids = [
		'7-2',
		'7-0',
		'7-2',
		'7-3',
		'8-1',
		'7-',
		'7',
		'-1',
		'7-01',
		'7-1e0',
		'7--1',
		'7-0.5',
		'7-NaN',
		'',
		null,
		'7-1',
	];
	expect(ids.map(id => placeLine(ledger, id)).filter(position => position !== null)).toEqual([2, 0, 1]);
	expect(ledger).toMatchObject({unknown: 11, duplicate: 1, garbled: 1});
	expect(customIdOf(7, 2)).toBe('7-2');
});

test('indexes in both are those that a look at each of them finds', () => {
	const random = seededRandom(seed);
	for (let round = 0; round < 300; round++) {
		const some = () =>
			rangesOf(
				[...new Array(40).keys()]
					.filter(() => random() < 0.5)
					.map(index => ({index, key: random()}))
					.sort((one, other) => (random() < 0.5 ? one.key - other.key : 0))
					.map(({index}) => (random() < 0.1 ? -1 : index)),
			);
		const [left, right] = [some(), some()];
		const rightSet = new Set(indexesOf(right));
		const expected = [...indexesOf(left)].filter(index => index >= 0 && rightSet.has(index));
		expect([...indexesInBoth(left, right)].sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
		const count = [...indexesOf(left)].length;
		expect([...indexList({indexes: left, count})]).toEqual([...indexesOf(left)]);
	}
});

test('the deviation is that of the part that ran', () => {
	const run = runFixture(created(4), sessionStarted(), shardCut(1, [0, 1, 2, 3]), ...submitted(1));
	const batch = run.state.batches.get(1)!;
	run.take(updated(1, 'expired', {counts: {total: 4, completed: 2, failed: 0}}));
	for (const index of [0, 1]) {
		const usage = {input: 12, cached: 0, output: 8};
		run.take(answered(index, {lane: 'batch', batchId: 'batch_1', usage}));
	}

	expect(deviationOf(batch)).toBeNull();
	run.take(collected(1));
	expect(deviationOf(batch)).toEqual({input: 1.2, output: 1.6});
	expect(deviationOf({...batch, counts: {total: 4, completed: 0, failed: 0}})).toBeNull();
});
