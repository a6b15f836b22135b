import {detailLines, suitedTab} from '../../source/ui/detail-lines.ts';
import {keymap} from '../../source/ui/keymap.ts';
import {layOut} from '../../source/ui/layout.ts';
import {emptyLog} from '../../source/ui/log.ts';
import type {OpenRequest} from '../../source/ui/open-request.ts';
import type {ScreenModel} from '../../source/ui/screen-model.ts';
import {initialUiState, isQuestion, type UiState} from '../../source/ui/ui-state.ts';
import {detailFixture, snapshotAt, snapshotFixture} from './snapshot-fixture.ts';

/** A frame of the fixture's run with the cursor on the third request, whose detail was read. */
export function screenModel(
	columns: number,
	rows: number,
	ui: Partial<UiState> = {},
	rest: Partial<ScreenModel> = {},
): ScreenModel {
	const state: UiState = {...initialUiState, cursor: {position: 2, index: 733, top: 0}, ...ui};
	const {focus, isZoomed, dialog} = state;
	const layout = layOut({columns, rows}, {focus, isZoomed, hasDialog: isQuestion(dialog)});
	return {
		snapshot: snapshotFixture(),
		ui: state,
		layout,
		request: openRequest(state, (layout.panes.detail?.columns ?? columns) - 4),
		end: null,
		now: snapshotAt,
		isReadonly: false,
		keymap,
		log: emptyLog,
		...rest,
	};
}

function openRequest({tab}: UiState, columns: number): OpenRequest {
	const detail = detailFixture(733);
	return {
		id: detail.id,
		status: detail.status,
		detail,
		note: '',
		lines: detailLines(detail, tab ?? suitedTab(detail.status), columns),
	};
}
