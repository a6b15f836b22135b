import {expect, test} from 'vitest';
import {createRowChoice} from '../../source/spec/row-choice.ts';
import type {RowsAxis} from '../../source/spec/spec.ts';

type Cut = Pick<RowsAxis, 'offset' | 'limit' | 'sample' | 'seed'>;

function chosen(cut: Partial<Cut>, rows: number): number[] {
	const axis = {offset: 0, limit: null, sample: null, seed: 0, ...cut} as RowsAxis;
	const choose = createRowChoice(axis, rows);
	const taken: number[] = [];
	for (let position = 0; position < rows; position++) {
		const choice = choose(position);
		if (choice === 'stop') {
			break;
		}

		if (choice === 'take') {
			taken.push(position);
		}
	}

	return taken;
}

test('every sample has its size, keeps the order and lies within the cut', () => {
	for (let seed = 0; seed < 200; seed++) {
		const taken = chosen({offset: 3, limit: 20, sample: 7, seed}, 30);
		expect(taken).toHaveLength(7);
		expect(taken).toEqual([...new Set(taken)].sort((a, b) => a - b));
		expect(taken[0]).toBeGreaterThanOrEqual(3);
		expect(taken[6]).toBeLessThan(23);
	}
});

test('every row has the same chance', () => {
	const hits = new Array<number>(10).fill(0);
	for (let seed = 0; seed < 20_000; seed++) {
		for (const position of chosen({sample: 3, seed}, 10)) {
			hits[position]!++;
		}
	}

	// 6000 expected; 5 standard deviations are 324.
	for (const count of hits) {
		expect(Math.abs(count - 6000)).toBeLessThan(324);
	}
});

test('a seed always draws the same rows', () => {
	expect(chosen({sample: 5, seed: 7}, 1000)).toEqual([137, 247, 432, 702, 768]);
});
