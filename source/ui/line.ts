import {clip, displayWidth} from '../view/cells.ts';

/** By the names of the default theme, see theme.ts: another one shows other ANSI colours for the same meaning. */
export type Color = 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan';

export type Style = {
	readonly color?: Color;
	readonly bold?: boolean;
	readonly dim?: boolean;
	readonly inverse?: boolean;
};

/** A piece of a line in one style. Its text is clean: `safeText` comes before. */
export type Span = {readonly text: string; readonly style: Style};

/** One row of the screen or of a pane, as plain data: panes are functions that return lines. */
export type Line = readonly Span[];

export const plain: Style = {};
export const faint: Style = {dim: true};
export const strong: Style = {bold: true};

export function span(text: string, style: Style = plain): Span {
	return {text, style};
}

export function lineWidth(line: Line): number {
	let columns = 0;
	for (const {text} of line) columns += displayWidth(text);
	return columns;
}

export function padEnd(text: string, columns: number): string {
	const clipped = clip(text, columns);
	return clipped + ' '.repeat(columns - displayWidth(clipped));
}

/** For ids, which often differ at their end: what is too long loses its middle. */
export function padMiddle(text: string, columns: number, ellipsis: string): string {
	const isPlain = displayWidth(text) === text.length && [...text].length === text.length;
	if (text.length <= columns || columns < 8 || !isPlain) return padEnd(text, columns);
	const end = Math.min(6, Math.floor(columns / 3));
	return text.slice(0, columns - end - ellipsis.length) + ellipsis + text.slice(-end);
}

/** For numbers, which lose nothing: too long a text is clipped at its end all the same. */
export function padStart(text: string, columns: number): string {
	const clipped = clip(text, columns);
	return ' '.repeat(columns - displayWidth(clipped)) + clipped;
}

/** The line in exactly `columns` cells: clipped, or padded with blanks. */
export function fitLine(line: Line, columns: number): Line {
	const fitted: Span[] = [];
	let left = columns;
	for (const {text, style} of line) {
		const clipped = clip(text, left);
		left -= displayWidth(clipped);
		fitted.push({text: clipped, style});
		// What was cut off would have come before the next span.
		if (clipped.length < text.length) break;
	}

	if (left > 0) fitted.push(span(' '.repeat(left)));
	return fitted;
}

/** `left` at the left edge and `right` at the right one; `left` gives way. */
export function spread(left: Line, right: Line, columns: number): Line {
	const rightColumns = Math.min(lineWidth(right), columns);
	return [...fitLine(left, columns - rightColumns), ...fitLine(right, rightColumns)];
}

/** Whether two lines look the same. */
export function isSameLine(a: Line, b: Line): boolean {
	if (a === b) return true;
	if (a.length !== b.length) return false;
	return a.every((one, position) => {
		const other = b[position]!;
		return one.text === other.text && isSameStyle(one.style, other.style);
	});
}

function isSameStyle(a: Style, b: Style): boolean {
	return (
		a === b ||
		(a.color === b.color &&
			(a.bold ?? false) === (b.bold ?? false) &&
			(a.dim ?? false) === (b.dim ?? false) &&
			(a.inverse ?? false) === (b.inverse ?? false))
	);
}
