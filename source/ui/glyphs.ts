import type {Status} from '../domain/state.ts';

/** The drawing characters of the full screen. All are one column wide, except the words in `arrow` and `plusMinus`. */
export type Glyphs = {
	/** In the shape of Ink's `borderStyle`. */
	readonly border: {
		readonly topLeft: string;
		readonly top: string;
		readonly topRight: string;
		readonly left: string;
		readonly right: string;
		readonly bottomLeft: string;
		readonly bottom: string;
		readonly bottomRight: string;
	};
	readonly barFull: string;
	readonly barEmpty: string;
	/** From the lowest value to the highest. */
	readonly sparkline: readonly string[];
	/** Left of a request; the word and the colour say the same. */
	readonly status: {readonly [S in Status]: string};
	readonly running: string;
	readonly paused: string;
	readonly stopped: string;
	/** Text, not only inverse: without colours nothing else shows them. */
	readonly cursor: string;
	readonly mark: string;
	/** Sent with other parameters than the spec says. */
	readonly changed: string;
	/** Will be given up. */
	readonly unwanted: string;
	readonly toFront: string;
	readonly toBack: string;
	readonly sortedDown: string;
	readonly sortedUp: string;
	/** Between parts of a line. */
	readonly separator: string;
	readonly ellipsis: string;
	readonly arrow: string;
	readonly plusMinus: string;
};

export const unicodeGlyphs: Glyphs = {
	border: {
		topLeft: '┌',
		top: '─',
		topRight: '┐',
		left: '│',
		right: '│',
		bottomLeft: '└',
		bottom: '─',
		bottomRight: '┘',
	},
	barFull: '█',
	barEmpty: '░',
	sparkline: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
	status: {queued: '.', waiting: '~', 'in-flight': '»', batched: '≡', done: '✓', failed: '!'},
	running: '▶',
	paused: '‖',
	stopped: '■',
	cursor: '>',
	mark: '*',
	changed: '≠',
	unwanted: '×',
	toFront: '↑',
	toBack: '↓',
	sortedDown: '▼',
	sortedUp: '▲',
	separator: '·',
	ellipsis: '…',
	arrow: '→',
	plusMinus: '±',
};

export const asciiGlyphs: Glyphs = {
	border: {
		topLeft: '+',
		top: '-',
		topRight: '+',
		left: '|',
		right: '|',
		bottomLeft: '+',
		bottom: '-',
		bottomRight: '+',
	},
	barFull: '#',
	barEmpty: '.',
	sparkline: ['_', '.', '-', '=', '#'],
	status: {queued: '.', waiting: '~', 'in-flight': '+', batched: '=', done: 'v', failed: '!'},
	running: '>',
	paused: '=',
	stopped: '#',
	cursor: '>',
	mark: '*',
	changed: 'c',
	unwanted: 'x',
	toFront: '^',
	toBack: 'v',
	sortedDown: 'v',
	sortedUp: '^',
	separator: '-',
	ellipsis: '~',
	arrow: '->',
	plusMinus: '+-',
};

/** The variables that name the locale, strongest first. */
export type LocaleEnv = {
	readonly LC_ALL?: string | undefined;
	readonly LC_CTYPE?: string | undefined;
	readonly LANG?: string | undefined;
};

/** Whether the terminal reads UTF-8. No locale at all, as in most containers, says nothing: terminals do by default. */
export function isUtf8Locale(env: LocaleEnv): boolean {
	const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
	return !locale || /utf-?8/i.test(locale);
}

/** ASCII with `--ascii` and in a locale without UTF-8. */
export function chooseGlyphs(env: LocaleEnv, isAsciiAsked: boolean): Glyphs {
	return isAsciiAsked || !isUtf8Locale(env) ? asciiGlyphs : unicodeGlyphs;
}
