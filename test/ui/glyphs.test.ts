import {expect, it} from 'vitest';
import {asciiGlyphs, chooseGlyphs, type Glyphs, unicodeGlyphs} from '../../source/ui/glyphs.ts';
import {displayWidth} from '../../source/view/cells.ts';

it.each([
	['a UTF-8 locale', {LANG: 'de_DE.UTF-8'}, false, unicodeGlyphs],
	['a UTF-8 locale, spelt otherwise', {LANG: 'C.utf8'}, false, unicodeGlyphs],
	['no locale', {}, false, unicodeGlyphs],
	['an empty one', {LC_ALL: '', LANG: ''}, false, unicodeGlyphs],
	['C', {LANG: 'C'}, false, asciiGlyphs],
	['Latin-1', {LANG: 'de_DE.ISO-8859-1'}, false, asciiGlyphs],
	['LC_ALL over LANG', {LC_ALL: 'POSIX', LANG: 'C.UTF-8'}, false, asciiGlyphs],
	['LC_CTYPE over LANG', {LC_CTYPE: 'en_US.UTF-8', LANG: 'C'}, false, unicodeGlyphs],
	['--ascii', {LANG: 'C.UTF-8'}, true, asciiGlyphs],
])('chooses by %s', (_, env, isAsciiAsked, glyphs) => {
	expect(chooseGlyphs(env, isAsciiAsked)).toBe(glyphs);
});

function all(glyphs: Glyphs): readonly string[] {
	return Object.values(glyphs).flatMap(glyph =>
		typeof glyph === 'string' ? glyph : Object.values<string>(glyph),
	);
}

it('draws with single columns, in the ASCII set with ASCII', () => {
	const isWord = (glyph: string): boolean => glyph === asciiGlyphs.arrow || glyph === asciiGlyphs.plusMinus;
	for (const glyph of [...all(unicodeGlyphs), ...all(asciiGlyphs)]) {
		expect(displayWidth(glyph), glyph).toBe(isWord(glyph) ? 2 : 1);
		expect(glyph).not.toMatch(/\p{Emoji_Presentation}/u);
	}

	for (const glyph of all(asciiGlyphs)) expect(glyph).toMatch(/^[ -~]+$/);
});

it('tells every status apart without colour', () => {
	for (const {status} of [unicodeGlyphs, asciiGlyphs]) {
		expect(new Set(Object.values(status)).size).toBe(Object.keys(status).length);
	}
});
