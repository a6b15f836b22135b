import {describe, expect, test} from 'vitest';
import {
	type Cursor,
	type CursorWindow,
	followRows,
	moveCursorTo,
	topCursor,
	windowAround,
} from '../../source/ui/cursor.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

const listRows = 10;

/** What a run answers: rows of an order that is given as indexes. */
function answer(order: readonly number[], cursor: Cursor): CursorWindow {
	const {top, count, cursorIndex} = windowAround(cursor, listRows);
	const from = Math.max(0, Math.min(top, order.length - count));
	return {
		top: from,
		total: order.length,
		cursor: cursorIndex === null ? null : {index: cursorIndex, position: order.indexOf(cursorIndex)},
		rows: order.slice(from, from + count).map(index => ({index})),
	};
}

const order = Array.from({length: 100}, (_, position) => 1000 + position);

describe('the cursor', () => {
	test('stays at the top, on whatever comes first, until it is moved', () => {
		const moved = followRows(topCursor, answer([7, ...order], topCursor), listRows);
		expect(moved).toEqual({position: 0, index: null, top: 0});
	});

	test('follows its request and keeps its line on the screen', () => {
		const chosen = moveCursorTo(topCursor, 30, {top: 25, total: 100, cursor: null, rows: rows(25, 40)}, 10);
		expect(chosen).toEqual({position: 30, index: 1030, top: 21});
		const shifted = [5, 6, 7, ...order];
		expect(followRows(chosen, answer(shifted, chosen), listRows)).toEqual({
			position: 33,
			index: 1030,
			top: 24,
		});
		const away = [...order.filter(index => index !== 1030), 1030];
		expect(followRows(chosen, answer(away, chosen), listRows)).toEqual({position: 99, index: 1030, top: 90});
	});

	test('takes the request of its row when the row arrives', () => {
		const jumped = moveCursorTo(topCursor, 99, answer(order, topCursor), listRows);
		expect(jumped).toEqual({position: 99, index: null, top: 90});
		expect(followRows(jumped, answer(order, jumped), listRows)).toEqual({position: 99, index: 1099, top: 90});
	});

	test('is not misled by a window that was asked for another request', () => {
		const before = moveCursorTo(topCursor, 5, answer(order, topCursor), listRows);
		const now = moveCursorTo(before, 6, answer(order, before), listRows);
		expect(followRows(now, answer(order, before), listRows)).toEqual(now);
		// The request before has gone so far that the window does not hold it.
		const away = [...order.filter(index => index !== before.index), before.index!];
		expect(followRows(now, answer(away, before), listRows)).toEqual(now);
	});

	test.each([
		[-5, 0],
		[1000, 99],
	])('asked for position %i goes to %i', (asked, position) => {
		expect(moveCursorTo(topCursor, asked, answer(order, topCursor), listRows).position).toBe(position);
	});

	test('survives an empty list', () => {
		const empty = {top: 0, total: 0, cursor: null, rows: []};
		expect(moveCursorTo(topCursor, 3, empty, listRows)).toEqual(topCursor);
		expect(followRows({position: 9, index: null, top: 4}, empty, listRows)).toEqual(topCursor);
	});

	test('stays on its request and in sight through any walk and any change of the order', () => {
		const random = seededRandom(testSeed('cursor'));
		const shuffled = [...order];
		let cursor = topCursor;
		for (let step = 0; step < 3000; step++) {
			const chosen = cursor.index;
			if (random() < 0.4) {
				const from = Math.floor(random() * shuffled.length);
				const [index] = shuffled.splice(from, 1);
				shuffled.splice(Math.floor(random() * shuffled.length), 0, index!);
			} else {
				const position = cursor.position + Math.floor(random() * 31) - 15;
				cursor = moveCursorTo(cursor, position, answer(shuffled, cursor), listRows);
				cursor = followRows(cursor, answer(shuffled, cursor), listRows);
				continue;
			}

			cursor = followRows(cursor, answer(shuffled, cursor), listRows);
			if (chosen !== null) expect(shuffled[cursor.position]).toBe(chosen);
			expect(cursor.position).toBeGreaterThanOrEqual(cursor.top);
			expect(cursor.position).toBeLessThan(cursor.top + listRows);
			expect(cursor.top).toBeLessThanOrEqual(shuffled.length - listRows);
		}
	});
});

function rows(from: number, to: number): readonly {readonly index: number}[] {
	return order.slice(from, to).map(index => ({index}));
}
