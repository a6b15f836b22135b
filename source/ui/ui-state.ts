import {type Cursor, type CursorWindow, topCursor} from './cursor.ts';
import type {PaneName} from './layout.ts';
import {initialListState, type ListChange, type ListState} from './list-state.ts';
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

export function isQuestion(dialog: Dialog | null): dialog is Question {
	return dialog !== null && !isOverlay(dialog);
}
