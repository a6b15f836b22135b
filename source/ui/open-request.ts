import type {Status} from '../domain/state.ts';
import type {RequestDetail} from '../view/request-detail.ts';
import type {Row, RunSnapshot} from '../view/snapshot.ts';
import {detailLines, suitedTab} from './detail-lines.ts';
import {createDetailLoader, type DetailLoaderOptions} from './detail-loader.ts';
import type {Layout} from './layout.ts';
import type {Line} from './line.ts';
import {showsGroups} from './reduce-list.ts';
import {indexUnderCursor, rowUnderCursor} from './scope.ts';
import type {UiState} from './ui-state.ts';

/** What the screen knows of the request under the cursor. */
export type OpenRequest = {
	readonly id: string | null;
	readonly status: Status | null;
	/** Null until it was read from the disk. */
	readonly detail: RequestDetail | null;
	/** What to say while there is no detail. */
	readonly note: string;
	/** The shown tab, broken into lines; empty while the pane does not show one. */
	readonly lines: readonly Line[];
};

/** Keeps the request under the cursor read and broken into lines. */
export type RequestOpener = {
	/** The cursor may have moved, or something happened to its request. */
	follow(snapshot: RunSnapshot | null, ui: UiState): void;
	opened(snapshot: RunSnapshot | null, ui: UiState, layout: Layout): OpenRequest;
	stop(): void;
};

export function createRequestOpener(options: DetailLoaderOptions): RequestOpener {
	const loader = createDetailLoader(options);
	let shown: {readonly key: readonly unknown[]; readonly lines: readonly Line[]} = {key: [], lines: []};

	/** Breaking a long answer into lines takes milliseconds: only when it, its tab or the width changed. */
	function linesOf(detail: RequestDetail, {tab}: UiState, columns: number): readonly Line[] {
		const key = [detail, tab, columns];
		if (key.some((part, position) => part !== shown.key[position])) {
			shown = {key, lines: detailLines(detail, tab ?? suitedTab(detail.status), columns)};
		}

		return shown.lines;
	}

	return {
		follow(snapshot, ui) {
			const {index, row} = chosenRequest(snapshot, ui);
			loader.want(index, row && `${row.status} ${row.attempts}`, ui.focus === 'detail');
		},
		opened(snapshot, ui, layout) {
			const {index, row} = chosenRequest(snapshot, ui);
			const detail = loader.loaded();
			const pane = ui.focus === 'detail' ? layout.panes.detail : undefined;
			const problem = loader.problem();
			const note = index === null ? 'j and k choose a request, enter opens it' : '';
			return {
				id: row?.id ?? detail?.id ?? null,
				status: row?.status ?? detail?.status ?? null,
				detail,
				note: problem === null ? note : `cannot be read: ${problem}`,
				// Borders, and a blank on either side.
				lines: detail && pane ? linesOf(detail, ui, pane.columns - 4) : [],
			};
		},
		stop: loader.stop,
	};
}

/**
 * The request that the detail shows: the one that the cursor follows, or at the top of the list whatever stands
 * there, as long as it does not hurry past.
 */
function chosenRequest(
	snapshot: RunSnapshot | null,
	ui: UiState,
): {readonly index: number | null; readonly row: Row | null} {
	// Of a group its sample.
	if (showsGroups(ui)) return {index: indexUnderCursor(snapshot, ui), row: null};
	const row = rowUnderCursor(snapshot, ui);
	if (ui.cursor.index !== null) return {index: ui.cursor.index, row};
	const rests =
		row !== null && (row.status === 'failed' || row.status === 'done' || row.status === 'batched');
	return rests ? {index: row.index, row} : {index: null, row: null};
}
