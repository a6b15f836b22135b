import {describe, expect, test} from 'vitest';
import {
	fitLine,
	isSameLine,
	lineWidth,
	padEnd,
	padMiddle,
	padStart,
	span,
	spread,
} from '../../source/ui/line.ts';

const text = (line: readonly {readonly text: string}[]) => line.map(part => part.text).join('');

describe('lines', () => {
	test.each([
		['padded', [span('ab')], 4, 'ab  '],
		['clipped', [span('abc'), span('def')], 4, 'abcd'],
		['clipped within a span', [span('abc'), span('def')], 2, 'ab'],
		['never half a wide character, and nothing after it', [span('a世'), span('b')], 2, 'a '],
		['empty', [], 3, '   '],
	])('fit: %s', (_, line, columns, expected) => {
		expect(text(fitLine(line, columns))).toBe(expected);
		expect(lineWidth(fitLine(line, columns))).toBe(columns);
	});

	test.each([
		['both', 'left', 'right', 12, 'left   right'],
		['left gives way', 'a long left', 'right', 8, 'a lright'],
		['right alone', 'left', 'right', 5, 'right'],
	])('spread: %s', (_, left, right, columns, expected) => {
		expect(text(spread([span(left)], [span(right)], columns))).toBe(expected);
	});

	test.each([
		['7', 9, '7        '],
		['judge-strict-good-15', 9, 'judge…-15'],
		['judge-strict-good-15', 12, 'judge-s…d-15'],
		['judge-strict-good-15', 20, 'judge-strict-good-15'],
		['世世世世世世', 9, '世世世世 '],
	])('an id shows both of its ends: %j in %i', (id, columns, expected) => {
		expect(padMiddle(id, columns, '…')).toBe(expected);
	});

	test('pads to cells, not to code units', () => {
		expect(padEnd('世', 4)).toBe('世  ');
		expect(padStart('世', 4)).toBe('  世');
		expect(padStart('12345', 3)).toBe('123');
	});

	test('are the same when they look the same', () => {
		const one = [span('a', {color: 'red'}), span('b')];
		expect(isSameLine(one, [span('a', {color: 'red', bold: false}), span('b')])).toBe(true);
		expect(isSameLine(one, [span('a', {color: 'green'}), span('b')])).toBe(false);
		expect(isSameLine(one, [span('a', {color: 'red'}), span('c')])).toBe(false);
		expect(isSameLine(one, [span('a', {color: 'red'})])).toBe(false);
	});
});
