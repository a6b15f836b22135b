import stringWidth from 'string-width';

/** What a terminal shows as one character (a grapheme cluster). */
export type Cluster = {
	readonly text: string;
	/** Columns that it takes: 0 for a control or a lone combining mark, 2 for wide characters, emoji and ZWJ sequences. */
	readonly width: number;
	/** Whether terminals agree on the width. They do not for emoji and for clusters of several code points. */
	readonly isSure: boolean;
};

/*
 * Characters of width 1 everywhere that never join a neighbour: Latin, Greek, Cyrillic, punctuation, arrows,
 * mathematics, control pictures, boxes, blocks, braille. Rows made of them need no segmenter.
 */
const narrow =
	/^[ -~\u00a0-\u00ac\u00ae-\u02ff\u0391-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u22ff\u2400-\u2426\u2500-\u25fc\u2713\u2717\u2800-\u28ff]*$/;

/** Kana, ideographs, Hangul syllables and full-width forms: width 2 everywhere. */
const wide = /^[\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]$/;

const segmenter = new Intl.Segmenter();

const known = new Map<string, Cluster>();
const maxKnown = 4096;

function measure(text: string): Cluster {
	let cluster = known.get(text);
	if (!cluster) {
		cluster = {text, width: stringWidth(text), isSure: narrow.test(text) || wide.test(text)};
		if (known.size >= maxKnown) known.clear();
		known.set(text, cluster);
	}

	return cluster;
}

/** Splits plain text (no escape sequences) into what a terminal shows as characters. */
export function* clusters(text: string): Generator<Cluster, void> {
	if (narrow.test(text)) {
		for (const character of text) yield measure(character);
		return;
	}

	for (const {segment} of segmenter.segment(text)) yield measure(segment);
}

/** Columns that plain text takes on a terminal. */
export function displayWidth(text: string): number {
	if (narrow.test(text)) return text.length;
	let width = 0;
	for (const {segment} of segmenter.segment(text)) width += measure(segment).width;
	return width;
}

/** The longest beginning of plain text that fits into `columns`. Never half a character, never padded. */
export function clip(text: string, columns: number): string {
	if (columns < 1) return '';
	// One more than fits: a combining mark that follows the last character belongs to it.
	if (narrow.test(text.slice(0, columns + 1))) return text.slice(0, columns);
	let end = 0;
	let width = 0;
	for (const {segment} of segmenter.segment(text)) {
		width += measure(segment).width;
		if (width > columns) break;
		end += segment.length;
	}

	return text.slice(0, end);
}
