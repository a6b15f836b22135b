import {describe, expect, it} from 'vitest';
import {displayWidth} from '../../source/view/cells.ts';
import {safeText} from '../../source/view/safe-text.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

describe('shows what could act on the terminal', () => {
	it.each([
		['clear screen', 'a\u001b[2Jb', 'a␛[2Jb'],
		['title', '\u001b]0;owned\u0007', '␛]0;owned␇'],
		['clipboard', '\u001b]52;c;eA==\u001b\\', '␛]52;c;eA==␛\\'],
		['link', '\u001b]8;;http://x\u0007y', '␛]8;;http://x␇y'],
		['C0', '\0\b\v\f', '␀␈␋␌'],
		['DEL and C1', '\u007f\u009b2J\u0085', '␡\\u{9b}2J\\u{85}'],
		['carriage return', 'safe\revil', 'safe␍evil'],
		['tab', 'a\tb', 'a    b'],
		['bidi', '\u202eevil\u2066\u200f\u061c', '\\u{202e}evil\\u{2066}\\u{200f}\\u{61c}'],
		[
			'zero width',
			'a\u200bb\u200c\u200d\ufeff\u2060\u00ad',
			'a\\u{200b}b\\u{200c}\\u{200d}\\u{feff}\\u{2060}\\u{ad}',
		],
		['tags', 'x\u{e0041}', 'x\\u{e0041}'],
		['variation selectors that smuggle', 'x\ufe0f\u{e0101}', 'x\\u{fe0f}\\u{e0101}'],
		['blank letters', '\u3164\u115f', '\\u{3164}\\u{115f}'],
		['line separators', 'a\u2028b\u2029', 'a\\u{2028}b\\u{2029}'],
		['lone surrogates', 'a\ud83db\ude00', 'a\ufffdb\ufffd'],
	])('%s', (_, raw, shown) => {
		expect(safeText(raw)).toBe(shown);
	});
});

it.each(['plain', 'naïve café', '漢字かな', '👨‍👩‍👧 👍🏽 ❤️‍🔥 🇩🇪 1️⃣ ☎️', 'e\u0301', 'สวัสดี', 'नमस्ते'])(
	'leaves %j as it is',
	text => {
		expect(safeText(text)).toBe(text);
	},
);

it('keeps or shows line ends', () => {
	expect(safeText('a\nb\r\nc')).toBe('a␊b␊c');
	expect(safeText('a\nb\r\nc\rd', {newline: 'keep'})).toBe('a\nb\nc␍d');
});

it('caps combining marks and gives bare ones a base', () => {
	expect(safeText(`z${'\u0301'.repeat(500)}!`)).toBe(`z${'\u0301'.repeat(4)}!`);
	expect(safeText('\u0301a')).toBe('◌\u0301a');
	expect(safeText('a\n\u0301', {newline: 'keep'})).toBe('a\n◌\u0301');
});

it('ends a chain of joiners', () => {
	const chain = safeText('👨\u200d'.repeat(40));
	expect(chain).toContain('\\u{200d}');
	expect(displayWidth(chain)).toBeGreaterThan(8);
});

describe('caps the length', () => {
	it('only where it is passed', () => {
		expect(safeText('abcdef', {maxLength: 6})).toBe('abcdef');
		expect(safeText('abcdefg', {maxLength: 6})).toBe('abcde…');
		expect(safeText('abc', {maxLength: 0})).toBe('');
		expect(safeText('\u001b'.repeat(7), {maxLength: 6})).toBe('␛␛␛␛␛…');
	});

	it('never inside a character', () => {
		expect(safeText('abc😀😀', {maxLength: 5})).toBe('abc…');
		expect(safeText('ab👨‍👩‍👧cd', {maxLength: 6})).toBe('ab👨…');
		expect(safeText(`abc${'😀'.repeat(100)}`, {maxLength: 10})).not.toMatch(/\ufffd/);
	});

	it('of a line of 50 MB, whatever is in it', () => {
		for (const part of ['x', '\u001b[', '\u0301', '👨‍', '\u001b]0;']) {
			const shown = safeText(part.repeat(50_000_000 / part.length));
			expect(shown.length).toBeLessThanOrEqual(10_000);
			expect(shown.endsWith('…')).toBe(true);
		}
	});
});

it('lets no control, format or lone character through', () => {
	const random = seededRandom(testSeed('safeText'));
	for (let round = 0; round < 300; round++) {
		const units = Array.from({length: 50}, () =>
			random() < 0.4 ? Math.floor(random() * 0x100) : Math.floor(random() * 0x10000),
		);
		const shown = safeText(String.fromCharCode(...units));
		expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u);
		expect(shown.replaceAll(/\p{Extended_Pictographic}[\ufe0e\ufe0f\u200d]+/gu, '')).not.toMatch(
			/[\p{Cf}\p{Default_Ignorable_Code_Point}]/u,
		);
	}
});
