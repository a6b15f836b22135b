import type {RunEnd} from '../view/run.ts';
import type {Row, RunSnapshot} from '../view/snapshot.ts';
import type {KeyContext} from './keymap.ts';
import type {Layout} from './layout.ts';
import type {OpenRequest} from './open-request.ts';
import type {UiState} from './ui-state.ts';

/** Everything that one frame is drawn from. */
export type ScreenModel = KeyContext & {
	/** Null until the run directory is open. */
	readonly snapshot: RunSnapshot | null;
	readonly ui: UiState;
	readonly layout: Layout;
	readonly request: OpenRequest;
	/** Set when the engine has stopped. */
	readonly end: RunEnd | null;
	readonly now: number;
};

/** How old the snapshot is: ages and the elapsed time tick on between two of them, until the run is done. */
export function driftMs({snapshot, end, now}: ScreenModel): number {
	return !snapshot || end || snapshot.phase === 'DONE' ? 0 : Math.max(0, now - snapshot.at);
}

/**
 * The request that the detail shows: the one that the cursor follows, or at the top of the list whatever stands
 * there, as long as it does not hurry past.
 */
export function chosenRequest(
	snapshot: RunSnapshot | null,
	ui: UiState,
): {readonly index: number | null; readonly row: Row | null} {
	const {cursor} = ui;
	const window = snapshot?.rows;
	const row = window?.rows[cursor.position - window.top] ?? null;
	if (cursor.index !== null) return {index: cursor.index, row: row?.index === cursor.index ? row : null};
	const rests =
		row !== null && (row.status === 'failed' || row.status === 'done' || row.status === 'batched');
	return rests ? {index: row.index, row} : {index: null, row: null};
}
