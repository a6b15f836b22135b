import type {Glyphs} from './glyphs.ts';
import {innerRowsOf, type Rect} from './layout.ts';
import {faint, type Line, span} from './line.ts';
import {Pane} from './pane.tsx';

export type HelpProps = {
	readonly rect: Rect;
	readonly lines: readonly Line[];
	readonly scroll: number;
	/** What the lines were searched for. */
	readonly search: string | null;
	readonly glyphs: Glyphs;
};

/** The keys over the whole body, while header, toasts and the run go on. */
export function Help({rect, lines, scroll, search, glyphs}: HelpProps) {
	const rows = innerRowsOf(rect);
	const shown = lines.slice(scroll, scroll + rows);
	const about =
		lines.length > rows ? `lines ${scroll + 1} to ${scroll + shown.length} of ${lines.length}, j k, ` : '';
	return (
		<Pane
			rect={rect}
			title="Keys"
			about={[
				span(search === null ? '' : `/${search}  `, {color: 'cyan'}),
				span(`${about}${search === null ? '/ searches, ' : ''}esc closes`, faint),
			]}
			isFocused
			lines={shown.map(line => [span(' '), ...line])}
			glyphs={glyphs}
		/>
	);
}
