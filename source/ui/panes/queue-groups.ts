import {money, shortCount, shortDuration} from '../../view/format.ts';
import {safeText} from '../../view/safe-text.ts';
import type {GroupView} from '../../view/snapshot.ts';
import type {Glyphs} from '../glyphs.ts';
import {faint, type Line, padEnd, padStart, plain, type Style, span} from '../line.ts';
import type {ListState} from '../list-state.ts';
import {groupPosition} from '../reduce-list.ts';

export type GroupTable = {
	readonly groups: readonly GroupView[];
	readonly list: ListState;
	readonly columns: number;
	readonly rows: number;
	readonly now: number;
	readonly glyphs: Glyphs;
};

type GroupColumn = {
	readonly heading: string;
	/** Width by the columns inside the pane, the first that is reached; none: not shown. */
	readonly widths: readonly (readonly [from: number, columns: number])[];
	readonly align: 'left' | 'right';
	readonly text: (group: GroupView, now: number) => string;
	readonly style: Style;
};

const candidates: readonly GroupColumn[] = [
	{
		heading: 'CAUSE',
		widths: [
			[90, 32],
			[60, 22],
			[50, 18],
			[0, 14],
		],
		align: 'left',
		text: ({label}) => line(label, 60),
		style: plain,
	},
	{
		heading: 'FAILED',
		widths: [[0, 6]],
		align: 'right',
		text: ({failed}) => shortCount(failed),
		style: {color: 'red'},
	},
	{
		heading: 'WAIT',
		// Groups stand in the order of both counts.
		widths: [
			[50, 5],
			[0, 4],
		],
		align: 'right',
		text: ({waiting}) => (waiting === 0 ? '-' : shortCount(waiting)),
		style: {color: 'yellow'},
	},
	{
		heading: 'SPENT',
		widths: [[0, 8]],
		align: 'right',
		text: ({spentUsd}) => (spentUsd === null ? '?' : money(spentUsd)),
		style: plain,
	},
	{
		heading: 'FIRST',
		widths: [[60, 5]],
		align: 'right',
		text: ({firstAt}, now) => shortDuration(now - firstAt),
		style: faint,
	},
	{
		heading: 'LAST',
		widths: [[60, 4]],
		align: 'right',
		text: ({lastAt}, now) => shortDuration(now - lastAt),
		style: faint,
	},
];

/** Cursor and a blank. */
const prefixColumns = 2;

/** The causes of failures as a table: how many, what they cost, how long ago, and one message of each. */
export function groupLines({groups, list, columns, rows, now, glyphs}: GroupTable): readonly Line[] {
	const shown = candidates.flatMap(column => {
		const width = column.widths.find(([from]) => columns >= from)?.[1];
		return width === undefined ? [] : [{...column, columns: width}];
	});
	const used = shown.reduce((sum, column) => sum + column.columns + 1, prefixColumns);
	const sampleColumns = Math.max(0, columns - used);
	const cell = (column: (typeof shown)[number], text: string, style: Style) =>
		span(
			`${column.align === 'left' ? padEnd(text, column.columns) : padStart(text, column.columns)} `,
			style,
		);
	const chosen = groupPosition(groups, list);
	const top = Math.max(0, Math.min(chosen - Math.floor(rows / 2), groups.length - rows));
	const headings: Line = [
		span(' '.repeat(prefixColumns)),
		...shown.map(column => cell(column, column.heading, faint)),
		span(sampleColumns >= 6 ? 'SAMPLE' : '', faint),
	];
	return [
		headings,
		...groups.slice(top, top + rows).map((group, row): Line => {
			const isUnderCursor = top + row === chosen;
			const cells: Line = [
				span(isUnderCursor ? `${glyphs.cursor} ` : '  '),
				...shown.map(column => cell(column, column.text(group, now), column.style)),
				span(sampleColumns >= 6 ? line(group.sample, 200) : ''),
			];
			return isUnderCursor ? cells.map(({text}) => span(text, {inverse: true})) : cells;
		}),
	];
}

function line(text: string, maxLength: number): string {
	return safeText(text.slice(0, 400).replaceAll(/\s+/g, ' '), {maxLength});
}
