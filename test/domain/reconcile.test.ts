import {expect, test} from 'vitest';
import {indexesOf, rangesOf} from '../../source/domain/batch.ts';
import {createLedger, customIdOf, indexesInBoth, lineList, placeLine} from '../../source/domain/reconcile.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

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
		expect(
			[...new Array(count).keys()].flatMap(position => [...lineList({indexes: left, count})(position)]),
		).toEqual([...indexesOf(left)]);
	}
});
