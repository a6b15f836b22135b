import {expect, it} from 'vitest';
import {type CursorPosition, moveCursor} from '../../source/ui/cursor-move.ts';
import {createVirtualScreen} from './virtual-screen.ts';

const lost = {column: null, row: null};

it.each<[CursorPosition, number, number, string]>([
	[{column: 3, row: 2}, 3, 2, ''],
	[lost, 0, 0, '\u001b[H'],
	[lost, 0, 9, '\u001b[10H'],
	[lost, 4, 9, '\u001b[10;5H'],
	[{column: null, row: 9}, 4, 9, '\u001b[5G'],
	[{column: null, row: 9}, 0, 9, '\r'],
	[{column: 40, row: 9}, 41, 9, '\u001b[C'],
	[{column: 100, row: 9}, 105, 9, '\u001b[5C'],
	[{column: 100, row: 9}, 98, 9, '\b\b'],
	[{column: 100, row: 9}, 95, 9, '\u001b[5D'],
	[{column: 100, row: 11}, 0, 12, '\r\u001b[B'],
	[{column: 50, row: 11}, 50, 13, '\u001b[2B'],
	[{column: 50, row: 11}, 50, 10, '\u001b[A'],
])('moves from %j to column %i of row %i by %j', (from, column, row, moves) => {
	expect(moveCursor(from, column, row)).toBe(moves);
});

it('arrives from everywhere', async () => {
	const {terminal, write} = createVirtualScreen(12, 12);
	for (let index = 0; index < 500; index++) {
		const from = {column: index % 12, row: (index * 7) % 12};
		const [column, row] = [(index * 5) % 12, (index * 11 + (index >> 3)) % 12];
		await write(`\u001b[${from.row + 1};${from.column + 1}H${moveCursor(from, column, row)}`);
		const {cursorX, cursorY} = terminal.buffer.active;
		expect([cursorX, cursorY], JSON.stringify({from, column, row})).toEqual([column, row]);
	}
});
