import {isSameOrder, type RowOrder, type RowWindow} from '../view/snapshot.ts';
import {type Cursor, type CursorWindow, positionIn, topCursor} from './cursor.ts';
import type {ListChange, ListState} from './list-state.ts';
import {fieldOf, type TextField} from './text-field.ts';
import type {UiState} from './ui-state.ts';
import {isQuestion} from './ui-state.ts';

/** A range is dropped with the order that it was begun in. */
export function reduceList(state: UiState, change: ListChange): UiState {
	const {list, cursor} = state;
	switch (change.type) {
		case 'open-filter':
			return {...state, list: {...list, field: fieldOf(list.filter), heldIndex: cursor.index, anchor: null}};
		case 'close-filter':
			return {...state, list: {...list, field: null, heldIndex: null}};
		case 'type-filter':
			return withFilter(state, change.field.text, change.field);
		case 'filter':
			return withFilter(state, change.text, null);
		case 'sort':
			return {
				...state,
				list: {...list, sort: change.sort, isReversed: change.isReversed, anchor: null},
			};
		case 'show-groups':
			return {...state, list: {...list, isGrouped: change.isGrouped, group: null, anchor: null}};
		case 'open-group':
			return withGroup(state, {key: change.key, label: change.label}, topCursor);
		case 'move-group':
			return {...state, list: {...list, groupCursor: {position: change.position, key: change.key}}};
		case 'anchor':
			return {...state, list: {...list, anchor: change.anchor}};
	}
}

/** The cursor comes back to its request as soon as that matches again. */
function withFilter(state: UiState, filter: string, field: TextField | null): UiState {
	const {list, cursor} = state;
	const {heldIndex} = list;
	return {
		...state,
		cursor: heldIndex === null ? cursor : {...cursor, index: heldIndex},
		list: {...list, filter, field, heldIndex: field ? heldIndex : null, anchor: null},
	};
}

/** The request that the cursor was moved to while the filter is typed is the one to come back to. */
export function holdTyped(state: UiState): UiState {
	const {list, cursor} = state;
	return list.field ? {...state, list: {...list, heldIndex: cursor.index}} : state;
}

/** Where the group cursor stands: on its group, or where that stood. */
export function groupPosition(
	groups: NonNullable<CursorWindow['groups']>,
	{groupCursor}: Pick<ListState, 'groupCursor'>,
): number {
	const position = groups.findIndex(({key}) => key === groupCursor.key);
	return position >= 0 ? position : Math.max(0, Math.min(groupCursor.position, groups.length - 1));
}

/** Groups change places all the time: what a key means is the group that the cursor was seen on, not its place. */
export function holdGroup(state: UiState, groups: CursorWindow['groups']): UiState {
	if (!groups || groups.length === 0) return state;
	const {groupCursor} = state.list;
	const position = groupPosition(groups, state.list);
	const {key} = groups[position]!;
	return key === groupCursor.key && position === groupCursor.position
		? state
		: {...state, list: {...state.list, groupCursor: {position, key}}};
}

/** Rows may have moved once more before the order stood still: a range begins at its request. */
export function followAnchor(state: UiState, window: CursorWindow): UiState {
	const {anchor} = state.list;
	const position = anchor && positionIn(window, anchor.index);
	return anchor === null || position === null || position === anchor.position
		? state
		: {...state, list: {...state.list, anchor: {...anchor, position}}};
}

/** With one layer of the list closed; null when there is none: range, opened group, groups, filter. */
export function closeListLayer(state: UiState): UiState | null {
	const {list} = state;
	if (hasListLayer(state)) {
		if (list.anchor) return {...state, list: {...list, anchor: null}};
		return list.group
			? withGroup(state, null, state.cursor)
			: reduceList(state, {type: 'show-groups', isGrouped: false});
	}

	return list.filter === '' ? null : reduceList(state, {type: 'filter', text: ''});
}

/** What `q` closes too; a filter is no place that one is in. */
export function hasListLayer({list, focus}: UiState): boolean {
	return focus === 'queue' && (list.anchor !== null || list.group !== null || list.isGrouped);
}

function withGroup(state: UiState, group: ListState['group'], cursor: Cursor): UiState {
	return {...state, cursor, list: {...state.list, isGrouped: true, group, anchor: null}};
}

/** Whether the queue pane shows groups rather than requests. */
export function showsGroups({list}: Pick<UiState, 'list'>): boolean {
	return list.isGrouped && list.group === null;
}

/** The order to ask for. It stands still while a question is about it or a range is being chosen. */
export function rowOrderOf({list, dialog}: Pick<UiState, 'list' | 'dialog'>): RowOrder {
	const {filter, group, sort, isReversed, anchor} = list;
	return {
		filter: filter.trim(),
		group: group?.key ?? null,
		sort,
		isReversed,
		isFrozen: anchor !== null || isQuestion(dialog),
	};
}

/** Whether the rows are those that were asked for: others must not move the cursor. */
export function isAskedFor({order, problem}: RowWindow, ui: Pick<UiState, 'list' | 'dialog'>): boolean {
	// A filter that cannot be read leaves the order that was before.
	return problem !== null || isSameOrder(order, rowOrderOf(ui));
}
