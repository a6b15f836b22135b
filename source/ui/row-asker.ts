import {followedTop} from '../view/rows.ts';
import type {Run} from '../view/run.ts';
import {isSameOrder, type RowWindow, type WindowRequest} from '../view/snapshot.ts';
import {windowAround} from './cursor.ts';
import {rowOrderOf, showsGroups} from './reduce-list.ts';
import type {UiState} from './ui-state.ts';

/** Tells the run which rows are in sight, and knows when they have come. */
export type RowAsker = {
	/** `isAwaited`: whether the answer is to be drawn as soon as it comes, or with the next regular tick. */
	ask(ui: Pick<UiState, 'cursor' | 'list' | 'dialog'>, listRows: number, isAwaited: boolean): void;
	/** The next snapshot answers a key: marks have changed. */
	awaitMarks(): void;
	/** True once for every window of other rows that is awaited. */
	isAnswered(window: RowWindow): boolean;
};

export function createRowAsker(run: Pick<Run, 'look'>): RowAsker {
	let asked: WindowRequest | null = null;
	let isDue = false;
	let areMarksDue = false;
	return {
		ask(ui, listRows, isAwaited) {
			const window = {
				...windowAround(ui.cursor, listRows),
				order: rowOrderOf(ui),
				showsGroups: showsGroups(ui),
			};
			const isElsewhere =
				!isSamePlace(asked, window) ||
				asked?.count !== window.count ||
				asked.showsGroups !== window.showsGroups ||
				!isSameOrder(asked.order, window.order);
			const isFrozenAlike = asked?.order.isFrozen === window.order.isFrozen;
			const isCursorAlike =
				asked?.cursorIndex === window.cursorIndex && asked?.cursorPosition === window.cursorPosition;
			if (!isElsewhere && isFrozenAlike && isCursorAlike) return;
			// Before the run is told: it may answer before it returns.
			asked = window;
			isDue ||= isElsewhere && isAwaited;
			run.look(window);
		},
		awaitMarks() {
			areMarksDue = true;
		},
		isAnswered({top, rows, total, cursor, order, problem, groups}) {
			if (areMarksDue) {
				areMarksDue = false;
				return true;
			}

			// Near the end of the order a window starts earlier than asked.
			const wanted = asked && followedTop(asked, cursor?.position ?? null);
			const isPlace = top === wanted || top + rows.length >= total;
			const isOrder = problem !== null || (asked !== null && isSameOrder(order, asked.order));
			const isAnswer = isDue && isPlace && isOrder && (groups !== null || !asked?.showsGroups);
			if (isAnswer) isDue = false;
			return isAnswer;
		},
	};
}

/** The same rows, or rows that lie alike around the same request: the window follows it by itself. */
function isSamePlace(
	asked: WindowRequest | null,
	{top, cursorIndex, cursorPosition}: WindowRequest,
): boolean {
	if (asked === null || asked.top === top) return asked !== null;
	return (
		cursorIndex !== null &&
		asked.cursorIndex === cursorIndex &&
		asked.top - (asked.cursorPosition ?? 0) === top - (cursorPosition ?? 0)
	);
}
