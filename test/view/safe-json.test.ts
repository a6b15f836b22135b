import {expect, test} from 'vitest';
import {safeJson} from '../../source/view/safe-json.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

test('is the same JSON, with nothing in it that steers a terminal', () => {
	const random = seededRandom(testSeed('safeJson'));
	for (let round = 0; round < 300; round++) {
		const units = Array.from({length: 40}, () =>
			random() < 0.5 ? Math.floor(random() * 0x100) : Math.floor(random() * 0x10000),
		);
		const value = {
			[String.fromCharCode(...units.slice(0, 9))]: String.fromCharCode(...units),
			emoji: '👨‍👩‍👧 é漢',
		};
		const text = safeJson(value);
		expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
		expect(JSON.parse(text)).toEqual(value);
	}

	expect(safeJson({a: 'é漢👍'})).toBe('{"a":"é漢👍"}');
	expect(safeJson({a: '\u009b2J\u{e0041}'})).toBe(String.raw`{"a":"\u009b2J\udb40\udc41"}`);
});
