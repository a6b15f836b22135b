import type {Run} from '../view/run.ts';
import type {RowWindow, WindowRequest} from '../view/snapshot.ts';
import {type Cursor, windowAround} from './cursor.ts';

/** Tells the run which rows are in sight, and knows when they have come. */
export type RowAsker = {
	ask(cursor: Cursor, listRows: number): void;
	/** True once for every window of other rows that was asked for. */
	isAnswered(window: RowWindow): boolean;
};

export function createRowAsker(run: Pick<Run, 'look'>): RowAsker {
	let asked: WindowRequest | null = null;
	let isDue = false;
	return {
		ask(cursor, listRows) {
			const window = windowAround(cursor, listRows);
			const isElsewhere = asked?.top !== window.top || asked.count !== window.count;
			if (!isElsewhere && asked?.cursorIndex === window.cursorIndex) return;
			// Before the run is told: it may answer before it returns.
			asked = window;
			isDue ||= isElsewhere;
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
