import type {EffectContext} from '../../source/ui/effect.ts';
import type {Key} from '../../source/ui/input-tokenizer.ts';
import {keymap} from '../../source/ui/keymap.ts';
import {layOut, listRows} from '../../source/ui/layout.ts';
import {emptyLog} from '../../source/ui/log.ts';
import {initialUiState, isQuestion, type UiState} from '../../source/ui/ui-state.ts';
import {snapshotAt, snapshotFixture} from './snapshot-fixture.ts';

/** What a key finds: a running run at 80x24 with the cursor at the top of the queue. */
export function effectContext(ui: Partial<UiState> = {}, rest: Partial<EffectContext> = {}): EffectContext {
	const state = {...initialUiState, ...ui};
	const layout = layOut(
		{columns: 80, rows: 24},
		{focus: state.focus, isZoomed: state.isZoomed, hasDialog: isQuestion(state.dialog)},
	);
	return {
		snapshot: snapshotFixture(),
		ui: state,
		isReadonly: false,
		keymap,
		log: emptyLog,
		layout,
		now: snapshotAt,
		listRows: listRows(layout),
		detailLines: 100,
		openStatus: 'failed',
		openId: '000481',
		helpLines: 40,
		end: null,
		...rest,
	};
}

export function pressed(name: string, alone = true): Key {
	return {name, text: name.length === 1 ? name : '', alone};
}
