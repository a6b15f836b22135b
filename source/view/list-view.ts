import type {RunState} from '../domain/state.ts';
import {positionOf, rowsAt} from './row-order.ts';
import {plainOrder, type RowWindow} from './snapshot.ts';

/** A list as one snapshot shows it: which rows stand where. */
export type ListView = Omit<RowWindow, 'top' | 'cursor' | 'rows'> & {
	/** The indexes of rows `[top, top + count)`. */
	rowsAt(top: number, count: number): readonly number[];
	/** Where a request stands; null: not in the list. */
	positionOf(index: number): number | null;
	isMarked(index: number): boolean;
};

/** All requests as they stand without a filter and a sort: nothing is kept of it. */
export function plainList(state: RunState): ListView {
	const {columns, totals, count} = state;
	return {
		total: count,
		order: plainOrder,
		isFrozen: false,
		marked: 0,
		progress: null,
		problem: null,
		groups: null,
		rowsAt: (top, size) => rowsAt(columns.status, totals.status, top, size),
		positionOf: index =>
			index < 0 || index >= count ? null : positionOf(columns.status, totals.status, index),
		isMarked: () => false,
	};
}

/** The same of a list that stands written down. */
export function writtenList(list: Int32Array): Pick<ListView, 'total' | 'rowsAt' | 'positionOf'> {
	return {
		total: list.length,
		rowsAt: (top, size) => [...list.subarray(top, top + size)],
		positionOf(index) {
			const position = list.indexOf(index);
			return position < 0 ? null : position;
		},
	};
}
