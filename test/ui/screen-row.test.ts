import {expect, it} from 'vitest';
import {readScreenRow} from '../../source/ui/screen-row.ts';

function read(line: string, columns: number, isAsciiOnly = false) {
	const row = readScreenRow(line, columns, isAsciiOnly);
	expect(row.clusters).toHaveLength(columns);
	expect(row.styles).toHaveLength(columns);
	return {text: row.clusters.map(cluster => cluster?.text ?? '<').join(''), styles: row.styles, end: row.end};
}

it('fills the row with blanks', () => {
	expect(read('ab', 4)).toEqual({text: 'ab  ', styles: [0, 0, 0, 0], end: 2});
});

it('gives every cell its style, and blanks only what shows on them', () => {
	expect(read('\u001b[1ma b\u001b[7m \u001b[m ', 6)).toEqual({
		text: 'a b   ',
		styles: [1, 0, 1, 9, 0, 0],
		end: 4,
	});
});

it('marks the second cell of wide characters', () => {
	expect(read('a漢👩‍🚀', 6)).toEqual({text: 'a漢<👩‍🚀< ', styles: [0, 0, 0, 0, 0, 0], end: 5});
});

it('cuts at the last column, never inside a character', () => {
	expect(read('abcdef', 3).text).toBe('abc');
	expect(read('ab漢c', 3).text).toBe('ab ');
});

it('drops other sequences and controls', () => {
	expect(read('a\u001b[2Jb\u001b]8;;x\u0007c\u0007\u009b\u001b[>4;1md', 5).text).toBe('abcd ');
});

it('drops a joiner that joins nothing', () => {
	expect(read('a\u200d漢👩\u200d│👩\u200d🚀', 8).text).toBe('a漢<👩<│👩\u200d🚀<');
});

it('substitutes what is not ASCII where asked to', () => {
	expect(read('é漢e\u0301x', 6, true).text).toBe('????x ');
});
