import {expect, test} from 'vitest';
import {createLineCutter} from '../../source/api/batch-lines.ts';

const cut = (longest: number, ...chunks: readonly string[]) => {
	const cutter = createLineCutter(longest);
	const lines = chunks.flatMap(chunk => [...cutter.push(Buffer.from(chunk))]);
	return [...lines, ...cutter.end()].map(({text, isCut}) => (isCut ? `${text}…` : text));
};

test('a line that is too long is given up, and the next one is read', () => {
	expect(cut(10, '0123456789\nabcdefghijk\nnext\n')).toEqual(['0123456789', 'abcdefghijk…', 'next']);
	expect(cut(10, '01234', '56789', 'x', 'y', '\nnext')).toEqual(['0123456789x…', 'next']);
	expect(cut(10, '0123456789', '0123456789')).toEqual(['01234567890123456789…']);
});

test('a mark is one at the beginning only', () => {
	expect(cut(100, '\uFEFFa\n\uFEFFb\n')).toEqual(['a', '\uFEFFb']);
	expect(cut(100, '\uFEFF\na')).toEqual(['a']);
});
