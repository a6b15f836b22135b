import type {RowWindow} from '../view/snapshot.ts';

/** The list of requests as it is looked at: which row is chosen and which is the uppermost. */
export type Cursor = {
	/** Place in the order of rows, from 0. */
	readonly position: number;
	/**
	 * The request that it follows when the order changes. Null at the top of the list, where it stays on whatever comes
	 * first, and elsewhere until the row has arrived.
	 */
	readonly index: number | null;
	/** Position of the uppermost row that is shown. */
	readonly top: number;
};

export const topCursor: Cursor = {position: 0, index: null, top: 0};

/** What of a window the cursor needs. */
export type CursorWindow = Pick<RowWindow, 'top' | 'total' | 'cursor'> & {
	readonly rows: readonly {readonly index: number}[];
	/** Set while the list is being searched for: what is missing may come yet. */
	readonly progress?: number | null;
	readonly groups?: readonly {readonly key: string}[] | null;
};

/** Puts the cursor on a row; the list scrolls as little as it must. */
export function moveCursorTo(
	cursor: Cursor,
	position: number,
	window: CursorWindow,
	listRows: number,
): Cursor {
	const target = Math.max(0, Math.min(position, window.total - 1));
	const index = window.rows[target - window.top]?.index ?? null;
	return scrolled({position: target, index, top: cursor.top}, window.total, listRows);
}

/**
 * Follows the request into the order of a newer window, so that it keeps its line on the screen. One that has left
 * the list is given up, unless it is held.
 */
export function followRows(
	cursor: Cursor,
	window: CursorWindow,
	listRows: number,
	isHeld = (window.progress ?? null) !== null,
): Cursor {
	if (cursor.index === null) {
		if (cursor.position === 0) return cursor.top === 0 ? cursor : topCursor;
		return moveCursorTo(cursor, cursor.position, window, listRows);
	}

	// A window that was on its way when the cursor moved speaks of the request before.
	if (window.cursor && window.cursor.index !== cursor.index) return cursor;
	const position = window.cursor?.position ?? positionIn(window, cursor.index);
	if (position === null && isHeld) {
		const place = Math.max(0, Math.min(cursor.position, window.total - 1));
		return scrolled({...cursor, position: place}, window.total, listRows);
	}

	if (position === null) return moveCursorTo(cursor, cursor.position, window, listRows);
	const top = cursor.top + position - cursor.position;
	return scrolled({position, index: cursor.index, top}, window.total, listRows);
}

/** Where a request stands; null: not among these rows. */
export function positionIn({top, rows}: CursorWindow, index: number): number | null {
	const row = rows.findIndex(candidate => candidate.index === index);
	return row < 0 ? null : top + row;
}

/** Keeps the cursor in sight and the last page full. */
function scrolled(cursor: Cursor, total: number, listRows: number): Cursor {
	const least = Math.max(0, cursor.position - listRows + 1);
	const most = Math.max(least, Math.min(cursor.position, total - listRows));
	const top = Math.max(least, Math.min(cursor.top, most));
	return {...cursor, top};
}

/** Rows asked for above and below the list, so that a step draws at once. */
const margin = 4;

/** The rows to ask the run for. */
export function windowAround(cursor: Cursor, listRows: number) {
	const top = Math.max(0, cursor.top - margin);
	const count = cursor.top - top + listRows + margin;
	// Without a request there is nothing to follow.
	return cursor.index === null
		? {top, count, cursorIndex: null}
		: {top, count, cursorIndex: cursor.index, cursorPosition: cursor.position};
}
