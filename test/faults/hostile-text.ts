import type xterm from '@xterm/headless';
import {expect} from 'vitest';

/** What is to be seen of every text below, so that a test knows that it was shown at all. */
export const hostileWord = 'OWNED';

/** Texts that do something to a terminal that gets them raw, or to the eye of whoever reads them. */
export const hostileTexts: {readonly [what: string]: string} = {
	title: `\u001b]0;${hostileWord}-TITLE\u0007\u001b]2;${hostileWord}\u001b\\`,
	clipboard: `${hostileWord}\u001b]52;c;T1dORUQ=\u0007`,
	link: `\u001b]8;;http://${hostileWord.toLowerCase()}.example\u0007${hostileWord}\u001b]8;;\u0007`,
	unterminated: `${hostileWord}\u001b]0;never closed`,
	screen: `\u001b[2J\u001b[H\u001b[31m${hostileWord}\u001b[8m\u001b[?1049l\u001b[?25h\u001bc`,
	scroll: `\u001b[1;2r\u001b[99;99H${hostileWord}\u001b[5S\u001bM\n\n\n`,
	answerback: `\u001b[6n\u001b[c\u001b]10;?\u0007\u0005${hostileWord}\u001bP$qm\u001b\\`,
	dcs: `\u001bP1;1|17/ab\u001b\\\u001b_Gi=1;AAAA\u001b\\\u001b^${hostileWord}\u001b\\`,
	c1: `\u009b2J\u009d0;${hostileWord}\u009c\u0090q\u009c\u0085\u008d`,
	controls: `${hostileWord}\u0007\b\b\b\b\b\b\b\b\u0000\u007f\r>>>\r\u000b\u000c\u000e`,
	bidi: `\u202e${hostileWord}\u2066\u2067\u200f\u061c`,
	invisible: `\u200b\u200c\u200d\ufeff\u2060\u00ad${hostileWord}\u{e0041}\ufe0f\u3164`,
	marks: `${hostileWord}z${'\u0301'.repeat(300)}\u0489\u20dd`,
};

/** All of it in one line, for fields that there is one of. */
export const allHostile = Object.values(hostileTexts).join(' ').replaceAll('\n', '');

/** What a hostile text did to a terminal that it reached. */
export type Harm = {readonly what: string; readonly with: string};

/** Listens for everything that a program can do to a terminal beside its cells. */
export function watchForHarm(terminal: xterm.Terminal): readonly Harm[] {
	const harm: Harm[] = [];
	const note = (what: string) => (text: string) => {
		harm.push({what, with: text});
		return false;
	};
	terminal.onTitleChange(note('title'));
	// What it would type: an answer to a question that the text asked.
	terminal.onData(note('reply'));
	for (const [command, what] of [
		[0, 'title'],
		[1, 'icon'],
		[2, 'title'],
		[8, 'link'],
		[10, 'colour'],
		[52, 'clipboard'],
	] as const) {
		terminal.parser.registerOscHandler(command, note(what));
	}

	terminal.parser.registerDcsHandler({intermediates: '$', final: 'q'}, note('DCS'));
	terminal.parser.registerEscHandler({final: 'c'}, () => note('reset')('RIS'));
	return harm;
}

/** The program's own sequences: modes of its screen, cursor moves, erasing to the end of a row, styles, its bell. */
const ownSequences =
	/\u001b\[\?(?:25|7|1049|2004|2026)[hl]|\u001b\[[\d;:]*[mHGABCDK]|\u0007\u001b\]9;promptbatch: [\w %,]+\u001b\\/g;

/** Everything else in an output that is no plain character: what a text brought in. */
export function strayCharacters(output: string): readonly string[] {
	const rest = output.replaceAll(ownSequences, '');
	return [
		...new Set(
			rest.match(
				/(?![\r\n\b])[\p{Cc}\u200b-\u200f\u061c\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e0fff}]/gu,
			),
		),
	];
}

/** Lines on a pipe or below a prompt: nothing but characters, ever. */
export function expectPlainText(text: string, what = 'the output'): void {
	const stray =
		text.match(/(?!\n)[\p{Cc}\u200b-\u200f\u061c\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e0fff}]/gu) ??
		[];
	expect(
		[...new Set(stray)].map(character => JSON.stringify(character)),
		what,
	).toEqual([]);
}
