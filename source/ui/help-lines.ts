import type {Binding, KeyContext} from './binding.ts';
import {keyWords, worksIn} from './keymap.ts';
import {faint, type Line, padEnd, span, strong} from './line.ts';

const keyColumns = 14;

/** All keys, those of the focused pane alone first; a key that is disabled now says why. */
export function helpLines(context: KeyContext): readonly Line[] {
	const {
		keymap,
		ui: {focus},
	} = context;
	const here = keymap.filter(({panes}) => panes !== 'all' && panes.includes(focus));
	const everywhere = keymap.filter(({panes}) => panes === 'all');
	const elsewhere = keymap.filter(binding => !worksIn(focus)(binding));
	const lines = [
		...section(`in this pane (${focus})`, here, context),
		...section('everywhere', everywhere, context),
		...section('in other panes', elsewhere, context),
	];
	return lines.slice(0, -1);
}

function section(title: string, bindings: readonly Binding[], context: KeyContext): readonly Line[] {
	if (bindings.length === 0) return [];
	return [[span(title, strong)], ...bindings.map(binding => bindingLine(binding, context)), []];
}

function bindingLine(binding: Binding, context: KeyContext): Line {
	const enabled = binding.enabled(context);
	const keys = span(`  ${padEnd(keyWords(binding.keys), keyColumns)}`, {color: 'cyan'});
	const label = [span(binding.label)];
	// The reason comes first: it shall be read on narrow screens too.
	return enabled === true ? [keys, ...label] : [keys, span(`(not now: ${enabled})  `, faint), ...label];
}
