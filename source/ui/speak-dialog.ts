import {asciiGlyphs} from './glyphs.ts';
import {helpLines} from './help-lines.ts';
import {type Line, span} from './line.ts';
import {logLines} from './log-lines.ts';
import {paletteEntries} from './palette.ts';
import {questionLines, questionTitle} from './question-lines.ts';
import type {ScreenModel} from './screen-model.ts';
import {isQuestion} from './ui-state.ts';

/** Lines are as long as their sentences: a reader breaks them itself. */
const columns = 400;
/** The newest of the log; `L` again and `k` are for the screen. */
const mostLogged = 40;

/** What stands over the panes, to be read aloud: the newest of the log, and of the palette what `enter` would do. */
export function dialogLines(model: ScreenModel): readonly Line[] {
	const {snapshot, ui, log} = model;
	const {dialog, list} = ui;
	if (isQuestion(dialog)) {
		const context = {list, glyphs: asciiGlyphs};
		// What is on the border of the pane: whom an act means.
		const isAct = dialog.kind === 'act' || dialog.kind === 'change';
		const title: readonly Line[] = isAct ? [[span(questionTitle(dialog))]] : [];
		return snapshot ? [...title, ...questionLines(dialog, {...context, snapshot}, {columns, rows: 40})] : [];
	}

	switch (dialog?.kind) {
		case undefined:
			return [];
		case 'help':
			return helpLines(model);
		case 'log': {
			const lines = logLines(log, dialog.least, columns).slice(-mostLogged);
			return lines.length > 0 ? lines : [[span('the log is empty')]];
		}

		case 'palette': {
			const entries = paletteEntries(model, dialog.field.text);
			const entry = entries[dialog.chosen];
			const typed = dialog.field.text === '' ? 'type what to do' : dialog.field.text;
			if (!entry) return [[span(`${typed}: no action matches`)]];
			const state = entry.enabled === true ? '' : `, not now: ${entry.enabled}`;
			return [[span(`${typed}: ${dialog.chosen + 1} of ${entries.length}, ${entry.label}${state}`)]];
		}
	}
}
