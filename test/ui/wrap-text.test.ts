import {describe, expect, test} from 'vitest';
import {wrapText} from '../../source/ui/wrap-text.ts';
import {displayWidth} from '../../source/view/cells.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

describe('wrapping', () => {
	test.each([
		['short', 'abc', 10, ['abc']],
		['empty', '', 10, ['']],
		['empty lines stay', 'a\n\nb', 10, ['a', '', 'b']],
		['exactly full', 'abcde', 5, ['abcde']],
		['between words', 'one two three', 8, ['one two', 'three']],
		['a blank at the edge is dropped', 'abcde fgh', 5, ['abcde', 'fgh']],
		['a long word is cut', 'abcdefghij', 4, ['abcd', 'efgh', 'ij']],
		['no short line for one early blank', 'a bcdefghijkl', 8, ['a bcdefg', 'hijkl']],
		['indents stay', '    code', 20, ['    code']],
		['wide characters count twice', '世界世界世', 4, ['世界', '世界', '世']],
		['and are never cut in half', 'a世界', 4, ['a世', '界']],
		['too narrow for anything', 'abc', 1, []],
	])('%s', (_, text, columns, lines) => {
		expect(wrapText(text, columns)).toEqual(lines);
	});

	test('loses nothing but blanks and never makes a line too long', () => {
		const random = seededRandom(testSeed('wrap'));
		const letters = ['a', 'b', ' ', '\n', '世', 'é', 'e\u0301', '👩‍💻', '\u{1f1e9}\u{1f1ea}', '-'];
		for (let round = 0; round < 300; round++) {
			const text = Array.from({length: 80}, () => letters[Math.floor(random() * letters.length)]).join('');
			const columns = 2 + Math.floor(random() * 20);
			const lines = wrapText(text, columns);
			for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
			expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(/[ \n]/g, ''));
		}
	});

	test('takes an answer of a megabyte on one line', () => {
		const lines = wrapText('wörter '.repeat(150_000), 100);
		expect(lines.length).toBeGreaterThan(10_000);
		expect(lines.every(line => displayWidth(line) <= 100)).toBe(true);
	});
});
