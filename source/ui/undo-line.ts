import {type Undoable, undoableMs} from '../domain/engine-status.ts';
import {count, countdown} from '../view/format.ts';
import type {Toast} from './toast.ts';

/** Between an act and its notice. */
const soonMs = 1500;

/** Whether a note only says what the countdown of the undo says too. */
export function isOfUndo({at, level}: Toast, undo: Undoable | null): boolean {
	return undo !== null && level === 'info' && Math.abs(at - (undo.until - undoableMs)) < soonMs;
}

/** `wiped 14 failed · z undoes (52s)`. */
export function undoWords(
	{what, count: requests, until}: Undoable,
	now: number,
	separator: string,
): {readonly at: number; readonly text: string} {
	const act = what === 'wipe' ? `wiped ${count(requests)} failed` : `gave up ${count(requests)}`;
	return {
		at: until - undoableMs,
		text: `${act} ${separator} z undoes (${countdown(until - now)})`,
	};
}
