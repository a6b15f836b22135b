import {describe, expect, test} from 'vitest';
import {type Status, statusCode, statuses} from '../../source/domain/state.ts';
import {positionOf, rowsAt} from '../../source/view/row-order.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

const order: readonly Status[] = ['failed', 'waiting', 'in-flight', 'batched', 'queued', 'done'];
const seed = testSeed('row-order');

function columnOf(indexed: readonly Status[]): {column: Uint8Array; totals: number[]} {
	const column = Uint8Array.from(indexed, status => statusCode[status]);
	return {column, totals: statuses.map(status => indexed.filter(other => other === status).length)};
}

/** Sorted the naive way. */
function sorted(indexed: readonly Status[]): number[] {
	return order.flatMap(status => indexed.flatMap((other, index) => (other === status ? [index] : [])));
}

test.each(Array.from({length: 30}, (_, round) => seed + round))(
	'seed %i: windows equal a sort',
	roundSeed => {
		const random = seededRandom(roundSeed);
		const weights = statuses.map(() => (random() < 0.3 ? 0 : random() ** 4));
		const count = Math.floor(random() * 400);
		const indexed = Array.from({length: count}, () => {
			const dice = statuses.map((status, code) => [weights[code]! * random(), status] as const);
			return dice.reduce((best, one) => (one[0] > best[0] ? one : best))[1];
		});
		const {column, totals} = columnOf(indexed);
		const naive = sorted(indexed);
		for (let round = 0; round < 100; round++) {
			const top = Math.floor(random() * (count + 5));
			const length = Math.floor(random() * 50);
			expect(rowsAt(column, totals, top, length)).toEqual(naive.slice(top, top + length));
		}

		expect(rowsAt(column, totals, 0, count)).toEqual(naive);
		for (const [position, index] of naive.entries()) {
			expect(positionOf(column, totals, index)).toBe(position);
		}
	},
);

describe('a window', () => {
	const {column, totals} = columnOf(['done', 'failed', 'queued', 'waiting', 'failed', 'in-flight']);

	test('begins with trouble, each status by index', () => {
		expect(rowsAt(column, totals, 0, 10)).toEqual([1, 4, 3, 5, 2, 0]);
	});

	test('may lie across statuses, past the end, or hold nothing', () => {
		expect(rowsAt(column, totals, 1, 3)).toEqual([4, 3, 5]);
		expect(rowsAt(column, totals, 5, 3)).toEqual([0]);
		expect(rowsAt(column, totals, 6, 3)).toEqual([]);
		expect(rowsAt(column, totals, 0, 0)).toEqual([]);
	});
});
