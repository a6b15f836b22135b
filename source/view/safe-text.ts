/** How `safeText` treats what it is given. */
export type SafeTextOptions = {
	/** Longest result in UTF-16 units, the closing `…` included. Default 10,000. */
	readonly maxLength?: number;
	/** `show` (default) keeps the text on one line, as `␊`; `keep` is for panes that break lines themselves. */
	readonly newline?: 'keep' | 'show';
};

/** More than living scripts stack on one letter; without a cap one cell could cover its neighbours. */
const maxMarks = 4;

const onlyPlain = /^[ -~]*$/;

/*
 * In this order: emoji sequences, the one place where joiners and variation selectors belong (bounded, so that a
 * chain of joiners cannot hide text); line ends; runs of combining marks; everything that is invisible, moves the
 * cursor, reorders text or is not a character at all.
 */
const notable = new RegExp(
	[
		String.raw`(?<emoji>\p{Extended_Pictographic}[\uFE0E\uFE0F\u{1F3FB}-\u{1F3FF}]{0,2}(?:\u200D\p{Extended_Pictographic}[\uFE0F\u{1F3FB}-\u{1F3FF}]{0,2}){0,7}|[\d#*]\uFE0F\u20E3)`,
		String.raw`(?<lineEnd>\r?\n)`,
		String.raw`(?<marks>(?:(?!\p{Default_Ignorable_Code_Point})\p{M})+)`,
		String.raw`(?<hazard>[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}])`,
	].join('|'),
	'gu',
);

type Notable = {
	readonly emoji?: string;
	readonly lineEnd?: string;
	readonly marks?: string;
	readonly hazard?: string;
};

/**
 * The one place that cleans text from outside (answers, error bodies, ids, model and file names) for a terminal.
 * Nothing is hidden: an escape sequence reads `␛[2J`, a bidi override `\u{202e}`. The work is bounded by
 * `maxLength`, whatever the length of the text. For display only: stored data stays raw.
 */
export function safeText(text: string, options: SafeTextOptions = {}): string {
	const maxLength = options.maxLength ?? 10_000;
	// Four units of input a unit of output leave room for what is dropped; a split pair at the cut is no finding.
	const isLong = text.length > maxLength * 4;
	const looked = isLong ? text.slice(0, maxLength * 4).replace(/[\uD800-\uDBFF]$/, '') : text;
	const clean = onlyPlain.test(looked) ? looked : showHazards(looked, options.newline ?? 'show');
	if (!isLong && clean.length <= maxLength) return clean;
	if (maxLength < 1) return '';
	return `${clean.slice(0, maxLength - 1).replace(/\u200D?[\uD800-\uDBFF]?$/, '')}…`;
}

function showHazards(text: string, newline: 'keep' | 'show'): string {
	return text.replace(notable, (whole, ...rest) => {
		const {lineEnd, marks, hazard} = rest.at(-1) as Notable;
		const offset = rest.at(-3) as number;
		if (lineEnd !== undefined) return newline === 'keep' ? '\n' : '␊';
		if (marks !== undefined) return capMarks(marks, offset === 0 || text[offset - 1] === '\n');
		return hazard === undefined ? whole : show(hazard);
	});
}

/** Marks without a letter of their own would land on whatever stands left of the text, a border for example. */
function capMarks(marks: string, areBare: boolean): string {
	const capped = [...marks].slice(0, maxMarks).join('');
	return areBare ? `◌${capped}` : capped;
}

function show(hazard: string): string {
	const code = hazard.codePointAt(0) ?? 0;
	if (hazard === '\t') return '    ';
	if (code < 0x20) return String.fromCodePoint(0x2400 + code);
	if (code === 0x7f) return '␡';
	if (code >= 0xd800 && code <= 0xdfff) return '\uFFFD';
	return `\\u{${code.toString(16)}}`;
}
