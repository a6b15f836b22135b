import type {Row, RowWindow} from '../../view/snapshot.ts';
import type {Cursor} from '../cursor.ts';
import type {Glyphs} from '../glyphs.ts';
import {innerRowsOf, paneTitles, type Rect} from '../layout.ts';
import {faint, type Line, padEnd, padMiddle, padStart, type Style, span} from '../line.ts';
import type {ListState} from '../list-state.ts';
import {innerColumns, Pane} from '../pane.tsx';
import {showsGroups} from '../reduce-list.ts';
import {statusStyle} from '../state-style.ts';
import {type QueueColumn, queueColumns} from './queue-columns.ts';
import {groupLines} from './queue-groups.ts';
import {emptyText, filterLines, queueAbout} from './queue-head.ts';

export type QueuePaneProps = {
	readonly rect: Rect;
	readonly window: RowWindow;
	/** Requests of the run. */
	readonly total: number;
	readonly list: ListState;
	readonly cursor: Cursor;
	readonly now: number;
	/** Added to every age: the snapshot is this old. */
	readonly driftMs: number;
	readonly isFocused: boolean;
	readonly glyphs: Glyphs;
};

/** What the title and its brackets, blanks and corners take of the upper border. */
const titleColumns = paneTitles.queue.length + 6;

/** The requests in the order of what needs eyes first, or the causes of failures: only the rows in sight exist. */
export function QueuePane(props: QueuePaneProps) {
	const {rect, glyphs, isFocused} = props;
	return (
		<Pane
			rect={rect}
			title={paneTitles.queue}
			about={queueAbout(props, innerColumns(rect) - titleColumns)}
			isFocused={isFocused}
			lines={queueLines(props)}
			glyphs={glyphs}
		/>
	);
}

function queueLines(props: QueuePaneProps): readonly Line[] {
	const {rect, window, list, now, glyphs} = props;
	const columns = innerColumns(rect);
	const rows = innerRowsOf(rect) - 1;
	const groups = window.groups ?? [];
	const [headings, ...lines] = showsGroups({list})
		? groupLines({groups, list, columns, rows, now, glyphs})
		: requestLines(props);
	// Until rows or groups have come, nothing is known of them.
	const isEmpty = showsGroups({list}) ? window.groups?.length === 0 : window.total === 0;
	const empty: readonly Line[] = isEmpty ? [[span(` ${emptyText(props)}`, faint)]] : lines;
	return [...(filterLines(props, columns) ?? [headings!]), ...empty];
}

function requestLines({rect, window, list, cursor, now, driftMs, glyphs}: QueuePaneProps): readonly Line[] {
	const columns = queueColumns(innerColumns(rect));
	const listRows = innerRowsOf(rect) - 1;
	const top = shownTop(window, cursor.top, listRows);
	const rows = window.rows.slice(top - window.top, top - window.top + listRows);
	return [
		headings(columns, list, glyphs),
		...rows.map((row, line) => {
			const aged = row.ageMs === null ? row : {...row, ageMs: row.ageMs + driftMs};
			const mark = row.isMarked || isInRange(list, cursor, top + line) ? glyphs.mark : ' ';
			return queueLine(aged, columns, {isUnderCursor: top + line === cursor.position, mark, now, glyphs});
		}),
	];
}

/** Between where a range began and the cursor: what the next key would mark. */
function isInRange({anchor}: ListState, cursor: Cursor, position: number): boolean {
	if (!anchor) return false;
	const [from, to] = [anchor.position, cursor.position].toSorted((a, b) => a - b);
	return position >= from! && position <= to!;
}

/** Until the rows of another page arrive, the nearest of the old ones stay: a blank page would flash. */
function shownTop(window: RowWindow, wantedTop: number, listRows: number): number {
	const last = Math.max(window.top, window.top + window.rows.length - listRows);
	return Math.max(window.top, Math.min(wantedTop, last));
}

function headings(columns: readonly QueueColumn[], list: ListState, glyphs: Glyphs): Line {
	return [
		span('   ', faint),
		...columns.flatMap(column => cell(column, headingText(column, list, glyphs), faint, glyphs)),
	];
}

/** With the direction where the list goes by it. */
function headingText({heading, sort, columns}: QueueColumn, list: ListState, glyphs: Glyphs): string {
	if (sort !== list.sort) return heading;
	const arrow = list.isReversed ? glyphs.sortedUp : glyphs.sortedDown;
	return heading.length + 2 <= columns ? `${heading} ${arrow}` : `${heading}${arrow}`;
}

type RowLook = {
	readonly isUnderCursor: boolean;
	readonly mark: string;
	readonly now: number;
	readonly glyphs: Glyphs;
};

function queueLine(
	row: Row,
	columns: readonly QueueColumn[],
	{isUnderCursor, mark, now, glyphs}: RowLook,
): Line {
	const line: Line = [
		span(isUnderCursor ? glyphs.cursor : ' '),
		span(glyphs.status[row.status], statusStyle[row.status]),
		span(mark, {color: 'yellow', bold: true}),
		...columns.flatMap(column => cell(column, column.text(row, now, glyphs), column.style(row), glyphs)),
	];
	return isUnderCursor ? line.map(({text}) => span(text, {inverse: true})) : line;
}

function cell(
	{align, columns}: QueueColumn,
	text: string,
	style: Style,
	{ellipsis}: Pick<Glyphs, 'ellipsis'>,
): Line {
	const isEnds = align === 'ends';
	const padded = isEnds
		? padMiddle(text, columns, ellipsis)
		: align === 'left'
			? padEnd(text, columns)
			: padStart(text, columns);
	return [span(padded, style), span(' ')];
}
