import {count} from '../view/format.ts';
import type {Glyphs} from './glyphs.ts';
import {Help} from './help.tsx';
import {helpLines} from './help-lines.ts';
import {innerRowsOf} from './layout.ts';
import {faint, span} from './line.ts';
import {logLines} from './log-lines.ts';
import type {LogOverlay, Overlay} from './overlay.ts';
import {logColumns} from './overlay-effects.ts';
import {paletteEntries} from './palette.ts';
import {paletteLines} from './palette-lines.ts';
import {innerColumns, Pane} from './pane.tsx';
import type {ScreenModel} from './screen-model.ts';
import {fieldText} from './text-field.ts';

export type OverlayPaneProps = {
	readonly overlay: Overlay;
	readonly model: ScreenModel;
	readonly glyphs: Glyphs;
};

/** Help, log or palette over the whole body, while header, toasts and the run go on. */
export function OverlayPane({overlay, model, glyphs}: OverlayPaneProps) {
	const rect = model.layout.body;
	switch (overlay.kind) {
		case 'help': {
			const {scroll, search} = overlay;
			const words = search === null ? null : fieldText(search.field, 24);
			return (
				<Help
					rect={rect}
					lines={helpLines(model)}
					scroll={scroll}
					search={words === null || search?.isTyping ? words : words.replace('_', '')}
					glyphs={glyphs}
				/>
			);
		}

		case 'log':
			return <LogPane overlay={overlay} model={model} glyphs={glyphs} />;
		case 'palette': {
			const below = {...model, ui: {...model.ui, dialog: null}};
			const entries = paletteEntries(below, overlay.field.text);
			const size = {columns: innerColumns(rect), rows: innerRowsOf(rect)};
			return (
				<Pane
					rect={rect}
					title="Actions"
					about={[span(`${entries.length}, esc closes`, faint)]}
					isFocused
					lines={paletteLines(overlay, entries, size, glyphs)}
					glyphs={glyphs}
				/>
			);
		}
	}
}

const leastWords = {info: 'all', warn: 'warnings and errors', error: 'errors'} as const;

function LogPane({overlay, model, glyphs}: OverlayPaneProps & {readonly overlay: LogOverlay}) {
	const rect = model.layout.body;
	const rows = innerRowsOf(rect);
	const lines = logLines(model.log, overlay.least, logColumns(rect.columns));
	const top = Math.min(overlay.top ?? lines.length, Math.max(0, lines.length - rows));
	const shown = lines.slice(top, top + rows);
	const place =
		lines.length > rows
			? `, lines ${count(top + 1)} to ${count(top + shown.length)} of ${count(lines.length)}`
			: '';
	return (
		<Pane
			rect={rect}
			title="Log"
			about={[span(`${leastWords[overlay.least]}${place}`, faint)]}
			isFocused
			lines={lines.length === 0 ? [[span(' nothing yet', faint)]] : shown.map(line => [span(' '), ...line])}
			glyphs={glyphs}
		/>
	);
}
