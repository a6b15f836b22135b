import {timeOfDay} from '../view/format.ts';
import type {RunEnd} from '../view/run.ts';
import {safeText} from '../view/safe-text.ts';
import type {KeyContext} from './binding.ts';
import type {Glyphs} from './glyphs.ts';
import {keyWords, worksIn} from './keymap.ts';
import {faint, type Line, lineWidth, type Style, span} from './line.ts';
import {answerWords} from './question-lines.ts';
import {isShown, type Toast} from './toast.ts';

/** The keys that the focused pane offers now, as many as fit; `?` and `q` are always among them. */
export function keysLine(context: KeyContext, columns: number): Line {
	const {dialog, focus} = context.ui;
	if (dialog)
		return [span(dialog.kind === 'help' ? ' esc close  j k scroll' : ` ${answerWords(dialog)}`, faint)];
	const offered = context.keymap.filter(
		binding => worksIn(focus)(binding) && binding.enabled(context) === true,
	);
	const shown = offered.flatMap(({keys, short}): readonly Line[] => {
		const word = short(context);
		return word === null
			? []
			: [[span(`  ${keyWords(keys.slice(0, 1))}`, {color: 'cyan'}), span(` ${word}`)]];
	});
	while (shown.length > 2 && lineWidth(shown.flat()) > columns) shown.splice(-2, 1);
	return shown.flat().map((part, position) => (position === 0 ? span(part.text.slice(1), part.style) : part));
}

const toastStyle: {readonly [L in Toast['level']]: Style} = {
	info: {},
	warn: {color: 'yellow'},
	error: {color: 'red'},
};

/** The line above the keys: what a leaving person must know, else the newest toast, else what a stopped run waits for. */
export function toastLine(context: KeyContext, end: RunEnd | null, now: number, glyphs: Glyphs): Line {
	const {leaving, toast} = context.ui;
	if (leaving === 'interrupt' && !end) {
		return [
			span(` ending: ctrl-c again to quit now ${glyphs.separator} esc to go on`, {
				color: 'yellow',
				bold: true,
			}),
		];
	}

	if (toast && isShown(toast, now)) {
		const text = safeText(toast.text.slice(0, 1000).replaceAll(/\s+/g, ' '), {maxLength: 400});
		return [span(` ${timeOfDay(toast.at)} `, faint), span(text, toastStyle[toast.level])];
	}

	if (leaving && !end) {
		return [span(` ending: waits for what is in flight ${glyphs.separator} esc to go on`, {color: 'yellow'})];
	}

	if (end && end.reason !== 'done')
		return [span(` ${safeText(end.why, {maxLength: 400})}`, {color: 'yellow'})];
	return [];
}
