import {duration, money, shortCount} from '../../view/format.ts';
import {safeText} from '../../view/safe-text.ts';
import type {Row, SortKey} from '../../view/snapshot.ts';
import {dueIn} from '../due-in.ts';
import type {Glyphs} from '../glyphs.ts';
import {plain, type Style} from '../line.ts';
import {statusStyle} from '../state-style.ts';

export type QueueColumn = {
	readonly heading: string;
	/** The order that goes by it. */
	readonly sort: SortKey | null;
	readonly columns: number;
	/** `ends`: to the left, both ends shown where it is too long. */
	readonly align: 'left' | 'right' | 'ends';
	readonly text: (row: Row, now: number, glyphs: Glyphs) => string;
	readonly style: (row: Row) => Style;
};

type Candidate = Omit<QueueColumn, 'columns'> & {
	/** Width by the columns inside the pane, the first that is reached; none: not shown. */
	readonly widths: readonly (readonly [from: number, columns: number])[];
};

/** What stands left of the first column: cursor, status glyph, mark. */
const prefixColumns = 3;

const candidates: readonly Candidate[] = [
	{
		heading: 'ID',
		sort: 'id',
		widths: [
			[120, 20],
			[90, 12],
			[60, 9],
			[0, 8],
		],
		align: 'ends',
		text: row => safeText(row.id, {maxLength: 64}),
		style: () => plain,
	},
	{
		heading: 'STATUS',
		sort: 'status',
		widths: [[0, 9]],
		align: 'left',
		text: row => row.status,
		style: row => statusStyle[row.status],
	},
	{
		heading: '',
		sort: null,
		widths: [[0, 1]],
		align: 'left',
		text: (row, _now, glyphs) => flagGlyph(row, glyphs),
		style: () => ({color: 'magenta'}),
	},
	{
		heading: 'MODEL',
		sort: 'model',
		widths: [
			[120, 20],
			[80, 12],
		],
		align: 'left',
		text: row => safeText(row.model, {maxLength: 64}),
		style: () => plain,
	},
	{
		heading: 'LANE',
		sort: null,
		widths: [[100, 6]],
		align: 'left',
		text: row => row.lane ?? '-',
		style: () => plain,
	},
	{
		heading: 'TRY',
		sort: 'try',
		widths: [[0, 4]],
		align: 'right',
		text: row => `${row.attempts}/${row.attemptsAllowed}`,
		style: row => (row.attempts > row.rounds + 1 ? {color: 'yellow'} : plain),
	},
	{
		heading: 'AGE',
		sort: 'age',
		widths: [[60, 7]],
		align: 'right',
		text: row => (row.ageMs === null ? '-' : duration(row.ageMs)),
		style: () => plain,
	},
	{
		heading: 'TOK',
		sort: 'tokens',
		widths: [[80, 6]],
		align: 'right',
		text: row => (row.tokens === null ? '-' : shortCount(row.tokens)),
		style: () => plain,
	},
	{
		heading: 'COST',
		sort: 'cost',
		widths: [[80, 8]],
		align: 'right',
		text: row => (row.costUsd === null ? '-' : money(row.costUsd)),
		style: () => plain,
	},
];

/** Why it failed last, and for a waiting request when it is tried again: first, so that it is never cut off. */
function errorText(row: Row, now: number): string {
	const error = safeText(row.error.slice(0, 400).replaceAll(/\s+/g, ' '), {maxLength: 200});
	const due = row.status === 'waiting' && row.retryAt !== null ? [dueIn(row.retryAt, now)] : [];
	return [...due, ...flagWords(row), error].join('  ');
}

/** The strongest of what a person decided for a request; the error's column has the words. */
function flagGlyph(row: Row, glyphs: Glyphs): string {
	if (row.isUnwanted) return glyphs.unwanted;
	if (row.isChanged) return glyphs.changed;
	if (row.moved === 0) return '';
	return row.moved < 0 ? glyphs.toFront : glyphs.toBack;
}

/** Where it has an outcome, nothing of it is to come. */
function flagWords(row: Row): readonly string[] {
	const isOver = row.status === 'done' || row.status === 'failed';
	return [
		...(row.isUnwanted && !isOver ? ['giving up'] : []),
		...(row.isChanged ? ['changed'] : []),
		...(row.moved !== 0 && !isOver ? [row.moved < 0 ? 'to the front' : 'to the back'] : []),
	];
}

/** The columns that fit into a pane; the error takes what is left. */
export function queueColumns(innerColumns: number): readonly QueueColumn[] {
	const shown: QueueColumn[] = [];
	let used = prefixColumns;
	for (const {widths, ...column} of candidates) {
		const columns = widths.find(([from]) => innerColumns >= from)?.[1];
		if (columns === undefined) continue;
		shown.push({...column, columns});
		used += columns + 1;
	}

	shown.push({
		heading: 'ERROR',
		sort: 'error',
		columns: Math.max(0, innerColumns - used - 1),
		align: 'left',
		text: errorText,
		style: row => statusStyle[row.status],
	});
	return shown;
}
