import {type Cursor, followRows, moveCursorTo, topCursor} from './cursor.ts';
import type {PaneName} from './layout.ts';
import {isOverlay} from './overlay.ts';
import type {Question} from './question.ts';
import {closeListLayer, followAnchor, holdGroup, holdTyped, reduceList} from './reduce-list.ts';
import type {Dialog, UiAction, UiState} from './ui-state.ts';

export function reduceUi(state: UiState, action: UiAction): UiState {
	switch (action.type) {
		case 'move-cursor':
			return holdTyped(
				withCursor(state, moveCursorTo(state.cursor, action.position, action.window, action.listRows)),
			);
		case 'go-top':
			return withCursor(state, topCursor);
		case 'list':
			return reduceList(state, action.change);
		case 'rows-arrived':
			return withCursor(
				followAnchor(holdGroup(state, action.window.groups), action.window),
				followRows(state.cursor, action.window, action.listRows, state.list.field ? true : undefined),
			);
		case 'focus':
			return focusPane(state, action.pane);
		case 'zoom':
			return {...state, isZoomed: !state.isZoomed};
		case 'open':
			return {
				...state,
				focus: 'detail',
				isZoomed: action.isZoomed,
				under: {focus: state.focus, isZoomed: state.isZoomed},
				scroll: 0,
			};
		case 'close':
			return closeLayer(state);
		case 'show-tab':
			return {...state, tab: action.tab, scroll: 0};
		case 'scroll':
			return scroll(state, Math.max(0, action.to));
		case 'ask':
			return {...state, dialog: action.dialog};
		case 'dialog-drawn':
			if (!isUndrawn(state.dialog)) return state;
			return {...state, dialog: {...state.dialog, drawnAt: action.at}};
		case 'dismiss':
			return {...state, dialog: null};
		case 'toast':
			return {...state, toast: action.toast};
		case 'choose-batch':
			return {...state, batch: action.shard};
		case 'leave':
			return {...state, leaving: action.how, dialog: null};
		case 'run-finished':
			if (isBusy(state)) return state;
			return {...state, focus: 'in-flight', isZoomed: true, under: {focus: state.focus, isZoomed: false}};
	}
}

/** A question that nobody can have read yet. */
export function isUndrawn(dialog: Dialog | null): dialog is Question {
	return dialog !== null && !isOverlay(dialog) && dialog.drawnAt === null;
}

/** What is typed or chosen goes on: keys that are meant for it must not go where nobody sees them. */
function isBusy({dialog, under, isZoomed, focus, list}: UiState): boolean {
	return Boolean(dialog || under || isZoomed || list.field || list.anchor) || focus === 'detail';
}

function withCursor(state: UiState, cursor: Cursor): UiState {
	const isSame = cursor.index === state.cursor.index && cursor.position === state.cursor.position;
	if (isSame && cursor.top === state.cursor.top) return state;
	// Another request starts at its first line.
	return {...state, cursor, scroll: cursor.index === state.cursor.index ? state.scroll : 0};
}

function focusPane(state: UiState, pane: PaneName): UiState {
	const isZoomed = state.under ? state.under.isZoomed : state.isZoomed;
	return {...state, focus: pane, isZoomed, under: null, scroll: pane === state.focus ? state.scroll : 0};
}

function closeLayer(state: UiState): UiState {
	if (state.under) return {...state, ...state.under, under: null, tab: null, scroll: 0};
	const outer = state.focus === 'queue' ? closeListLayer(state) : null;
	if (outer) return outer;
	if (state.isZoomed) return {...state, isZoomed: false, scroll: 0};
	return state.focus === 'queue' ? state : {...state, focus: 'queue', tab: null, scroll: 0};
}

function scroll(state: UiState, to: number): UiState {
	if (state.dialog?.kind === 'help') return {...state, dialog: {...state.dialog, scroll: to}};
	return {...state, scroll: to};
}
