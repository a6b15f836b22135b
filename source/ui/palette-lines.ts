import type {Glyphs} from './glyphs.ts';
import {faint, type Line, padEnd, span, strong} from './line.ts';
import type {PaletteOverlay} from './overlay.ts';
import type {PaletteEntry} from './palette.ts';
import {fieldText} from './text-field.ts';

/** A narrow screen has more use for what an action does. */
const keyColumns = (columns: number): number => (columns < 60 ? 8 : 14);

/** The field, then as many actions as fit, the chosen one among them. */
export function paletteLines(
	{field, chosen}: PaletteOverlay,
	entries: readonly PaletteEntry[],
	{columns, rows}: {readonly columns: number; readonly rows: number},
	glyphs: Glyphs,
): readonly Line[] {
	const typed: Line = [span(' : ', {color: 'cyan', bold: true}), span(fieldText(field, columns - 4), strong)];
	if (entries.length === 0) return [typed, [span('   no action matches', faint)]];
	const room = Math.max(1, rows - 1);
	const top = Math.max(0, Math.min(chosen - Math.floor(room / 2), entries.length - room));
	const shown = entries
		.slice(top, top + room)
		.map((entry, row) => entryLine(entry, top + row === chosen, columns, glyphs));
	return [typed, ...shown];
}

function entryLine(
	{label, keys, enabled}: PaletteEntry,
	isChosen: boolean,
	columns: number,
	glyphs: Glyphs,
): Line {
	const style = isChosen ? {inverse: true} : {};
	const cursor = span(isChosen ? ` ${glyphs.cursor} ` : '   ', style);
	const head = span(padEnd(keys, keyColumns(columns)), isChosen ? style : {color: 'cyan'});
	if (enabled === true) return [cursor, head, span(label, style)];
	// What is cut off on a narrow screen is said again by `enter`.
	return [cursor, head, span(`${label}  (not now: ${enabled})`, isChosen ? style : faint)];
}
