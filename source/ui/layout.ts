import type {TerminalSize} from './terminal-size.ts';

/** In the order of their numbers: `1` to `5`. */
export const paneNames = ['queue', 'in-flight', 'retries', 'cost', 'detail'] as const;
export type PaneName = (typeof paneNames)[number];

export const paneTitles: {readonly [P in PaneName]: string} = {
	queue: '1 Queue',
	'in-flight': '2 In flight',
	retries: '3 Retries',
	cost: '4 Cost',
	detail: '5 Detail',
};

/** A rectangle of the screen in cells, borders included. */
export type Rect = {
	readonly x: number;
	readonly y: number;
	readonly columns: number;
	readonly rows: number;
};

/**
 * Where everything stands. `large`: five panes with the detail at the bottom. `compact`: the queue over three small
 * panes, the detail as one line. `single`: one pane. `too-small`: one status line, while the run goes on.
 */
export type Layout = {
	readonly kind: 'large' | 'compact' | 'single' | 'too-small';
	readonly size: TerminalSize;
	readonly header: Rect;
	/** All between header and toast: what the help covers. */
	readonly body: Rect;
	/** The panes that are shown. */
	readonly panes: {readonly [P in PaneName]?: Rect};
	/** The request under the cursor in one line. */
	readonly detailLine: Rect | null;
	/** Where a dialog asks; it takes the place of what stood there, so that nothing is half covered. */
	readonly dialog: Rect | null;
	readonly toast: Rect;
	readonly footer: Rect;
};

/** What the person chose to see. */
export type Arrangement = {
	readonly focus: PaneName;
	/** The focused pane alone. */
	readonly isZoomed: boolean;
	readonly hasDialog: boolean;
};

export const neededSize: TerminalSize = {columns: 40, rows: 10};
const headerRows = 2;
/** Three lines of a question and its answers; on the smallest screens the question takes all there is. */
const dialogRows = 6;
const roomyRows = 12;

export function layOut(size: TerminalSize, arrangement: Arrangement): Layout {
	const {columns, rows} = size;
	const kind = layoutKind(size);
	const row = (y: number, height: number): Rect => ({x: 0, y, columns, rows: Math.max(0, height)});
	const body = row(headerRows, rows - headerRows - 2);
	const common = {
		kind,
		size,
		header: row(0, kind === 'too-small' ? 1 : headerRows),
		body,
		toast: row(rows - 2, 1),
		footer: row(rows - 1, 1),
	};
	if (kind === 'too-small') return {...common, panes: {}, detailLine: null, dialog: null};
	const taken = body.rows < roomyRows ? body.rows : dialogRows;
	const dialog = arrangement.hasDialog ? row(rows - 2 - taken, taken) : null;
	if (kind === 'single' || arrangement.isZoomed) {
		const pane = {...body, rows: body.rows - (dialog?.rows ?? 0)};
		return {...common, dialog, detailLine: null, panes: pane.rows > 2 ? {[arrangement.focus]: pane} : {}};
	}

	return kind === 'large'
		? {...common, detailLine: null, ...largePanes(body, dialog)}
		: {...common, ...compactPanes(body, arrangement.focus, dialog)};
}

function layoutKind({columns, rows}: TerminalSize): Layout['kind'] {
	if (columns < neededSize.columns || rows < neededSize.rows) return 'too-small';
	if (columns >= 100 && rows >= 30) return 'large';
	return columns >= 80 && rows >= 20 ? 'compact' : 'single';
}

function largePanes(body: Rect, dialog: Rect | null): Pick<Layout, 'panes' | 'dialog'> {
	const detailRows = between(Math.floor(body.rows * 0.23), 7, 14);
	const upperRows = body.rows - detailRows;
	const columns = between(Math.floor(body.columns * 0.28), 34, 48);
	const costRows = 8;
	const retriesRows = Math.floor((upperRows - costRows) / 2);
	const inFlightRows = upperRows - costRows - retriesRows;
	const right = {x: body.columns - columns, columns};
	const lower = {...body, y: body.y + upperRows, rows: detailRows};
	const panes = {
		queue: {...body, columns: body.columns - columns, rows: upperRows},
		'in-flight': {...right, y: body.y, rows: inFlightRows},
		retries: {...right, y: body.y + inFlightRows, rows: retriesRows},
		cost: {...right, y: body.y + upperRows - costRows, rows: costRows},
	};
	return dialog ? {panes, dialog: lower} : {panes: {...panes, detail: lower}, dialog};
}

function compactPanes(
	body: Rect,
	focus: PaneName,
	dialog: Rect | null,
): Pick<Layout, 'panes' | 'dialog' | 'detailLine'> {
	const smallRows = body.rows >= 26 ? 7 : 4;
	const upper = {...body, rows: body.rows - smallRows - (dialog ? 2 : 1)};
	const y = upper.y + upper.rows;
	const main = focus === 'detail' ? {detail: upper} : {queue: upper};
	if (dialog) return {panes: main, detailLine: null, dialog: {...body, y, rows: smallRows + 2}};
	const columns = Math.floor(body.columns / 3);
	const small = {y, columns, rows: smallRows};
	return {
		panes: {
			...main,
			'in-flight': {...small, x: 0},
			retries: {...small, x: columns},
			cost: {...small, x: 2 * columns, columns: body.columns - 2 * columns},
		},
		detailLine: {...body, y: y + smallRows, rows: 1},
		dialog,
	};
}

function between(value: number, least: number, most: number): number {
	return Math.min(most, Math.max(least, value));
}

/** Rows of requests that the queue shows; while it is hidden, those that it will show again. */
export function listRows(layout: Layout): number {
	const shown = {focus: 'queue', isZoomed: false, hasDialog: false} as const;
	return Math.max(1, innerRowsOf(layout.panes.queue ?? layOut(layout.size, shown).panes.queue) - 1);
}

/** Rows inside the borders of a pane. */
export function innerRowsOf(pane: Rect | undefined): number {
	return Math.max(0, (pane?.rows ?? 0) - 2);
}
