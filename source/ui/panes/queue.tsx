import {plural} from '../../view/format.ts';
import type {Row, RowWindow} from '../../view/snapshot.ts';
import type {Cursor} from '../cursor.ts';
import type {Glyphs} from '../glyphs.ts';
import {innerRowsOf, paneTitles, type Rect} from '../layout.ts';
import {faint, type Line, padEnd, padStart, type Style, span} from '../line.ts';
import {innerColumns, Pane} from '../pane.tsx';
import {statusStyle} from '../state-style.ts';
import {type QueueColumn, queueColumns} from './queue-columns.ts';

export type QueuePaneProps = {
	readonly rect: Rect;
	readonly window: RowWindow;
	readonly cursor: Cursor;
	readonly now: number;
	/** Added to every age: the snapshot is this old. */
	readonly driftMs: number;
	readonly isFocused: boolean;
	readonly glyphs: Glyphs;
};

/** The requests in the order of what needs eyes first: only the rows in sight exist. */
export function QueuePane(props: QueuePaneProps) {
	const {rect, window, glyphs, isFocused} = props;
	const about = [span(`${plural(window.total, 'request')}`, faint)];
	return (
		<Pane
			rect={rect}
			title={paneTitles.queue}
			about={about}
			isFocused={isFocused}
			lines={queueLines(props)}
			glyphs={glyphs}
		/>
	);
}

function queueLines({rect, window, cursor, now, driftMs, glyphs}: QueuePaneProps): readonly Line[] {
	const columns = queueColumns(innerColumns(rect));
	const listRows = innerRowsOf(rect) - 1;
	const top = shownTop(window, cursor.top, listRows);
	const rows = window.rows.slice(top - window.top, top - window.top + listRows);
	return [
		headings(columns),
		...rows.map((row, line) => {
			const aged = row.ageMs === null ? row : {...row, ageMs: row.ageMs + driftMs};
			return queueLine(aged, columns, top + line === cursor.position, now, glyphs);
		}),
	];
}

/** Until the rows of another page arrive, the nearest of the old ones stay: a blank page would flash. */
function shownTop(window: RowWindow, wantedTop: number, listRows: number): number {
	const last = Math.max(window.top, window.top + window.rows.length - listRows);
	return Math.max(window.top, Math.min(wantedTop, last));
}

function headings(columns: readonly QueueColumn[]): Line {
	return [span('   ', faint), ...columns.flatMap(column => cell(column, column.heading, faint))];
}

function queueLine(
	row: Row,
	columns: readonly QueueColumn[],
	isUnderCursor: boolean,
	now: number,
	glyphs: Glyphs,
): Line {
	const line: Line = [
		span(isUnderCursor ? glyphs.cursor : ' '),
		span(glyphs.status[row.status], statusStyle[row.status]),
		span(' '),
		...columns.flatMap(column => cell(column, column.text(row, now), column.style(row))),
	];
	return isUnderCursor ? line.map(({text}) => span(text, {inverse: true})) : line;
}

function cell({align, columns}: QueueColumn, text: string, style: Style): Line {
	return [span(align === 'left' ? padEnd(text, columns) : padStart(text, columns), style), span(' ')];
}
