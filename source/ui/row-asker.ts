import type {Run} from '../view/run.ts';
import {plainOrder, type RowWindow, type WindowRequest} from '../view/snapshot.ts';
import {type Cursor, windowAround} from './cursor.ts';

/** Tells the run which rows are in sight, and knows when they have come. */
export type RowAsker = {
	/** `isAwaited`: whether the answer is to be drawn as soon as it comes, or with the next regular tick. */
	ask(cursor: Cursor, listRows: number, isAwaited: boolean): void;
	/** True once for every window of other rows that is awaited. */
	isAnswered(window: RowWindow): boolean;
};

export function createRowAsker(run: Pick<Run, 'look'>): RowAsker {
	let asked: WindowRequest | null = null;
	let isDue = false;
	return {
		ask(cursor, listRows, isAwaited) {
			const window = {...windowAround(cursor, listRows), order: plainOrder, showsGroups: false};
			const isElsewhere = asked?.top !== window.top || asked.count !== window.count;
			if (!isElsewhere && asked?.cursorIndex === window.cursorIndex) return;
			// Before the run is told: it may answer before it returns.
			asked = window;
			isDue ||= isElsewhere && isAwaited;
			run.look(window);
		},
		isAnswered({top, rows, total}) {
			// Near the end of the order a window starts earlier than asked.
			const isAnswer = isDue && (top === asked?.top || top + rows.length >= total);
			if (isAnswer) isDue = false;
			return isAnswer;
		},
	};
}
