import {type Cursor, type CursorWindow, followRows, moveCursorTo, topCursor} from './cursor.ts';
import type {PaneName} from './layout.ts';
import {
	closeListLayer,
	followAnchor,
	holdGroup,
	holdTyped,
	initialListState,
	type ListChange,
	type ListState,
	reduceList,
} from './list-state.ts';
import {isOverlay, type Overlay} from './overlay.ts';
import type {Question} from './question.ts';
import type {Toast} from './toast.ts';

export const detailTabs = ['prompt', 'answer', 'error', 'attempts'] as const;
export type DetailTab = (typeof detailTabs)[number];

export type Dialog = Overlay | Question;

/** What the person chose to look at. Nothing of the run is in here. */
export type UiState = {
	readonly cursor: Cursor;
	readonly list: ListState;
	readonly focus: PaneName;
	/** The focused pane alone. */
	readonly isZoomed: boolean;
	/** What `esc` goes back to from an opened request and from the report. */
	readonly under: {readonly focus: PaneName; readonly isZoomed: boolean} | null;
	/** Null: the tab that suits the request's status. */
	readonly tab: DetailTab | null;
	readonly scroll: number;
	readonly dialog: Dialog | null;
	readonly toast: Toast | null;
	/** The shard under the cursor of pane 2; null: the first. */
	readonly batch: number | null;
	/** How the person asked to leave: the screen closes when the run has stopped. */
	readonly leaving: 'quit' | 'interrupt' | null;
};

export type UiAction =
	| {
			readonly type: 'move-cursor';
			readonly position: number;
			readonly window: CursorWindow;
			readonly listRows: number;
	  }
	| {readonly type: 'go-top'}
	| {readonly type: 'list'; readonly change: ListChange}
	| {readonly type: 'rows-arrived'; readonly window: CursorWindow; readonly listRows: number}
	| {readonly type: 'focus'; readonly pane: PaneName}
	| {readonly type: 'zoom'}
	/** Opens the request under the cursor. */
	| {readonly type: 'open'; readonly isZoomed: boolean}
	| {readonly type: 'close'}
	| {readonly type: 'show-tab'; readonly tab: DetailTab}
	| {readonly type: 'scroll'; readonly to: number}
	| {readonly type: 'ask'; readonly dialog: Dialog}
	| {readonly type: 'dialog-drawn'; readonly at: number}
	| {readonly type: 'dismiss'}
	| {readonly type: 'toast'; readonly toast: Toast | null}
	| {readonly type: 'choose-batch'; readonly shard: number}
	| {readonly type: 'leave'; readonly how: UiState['leaving']}
	/** Every request has an outcome: the report takes the screen unless the person is busy elsewhere. */
	| {readonly type: 'run-finished'};

export const initialUiState: UiState = {
	cursor: topCursor,
	list: initialListState,
	focus: 'queue',
	isZoomed: false,
	under: null,
	tab: null,
	scroll: 0,
	dialog: null,
	toast: null,
	batch: null,
	leaving: null,
};

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
