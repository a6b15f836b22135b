import type {Binding, KeyContext} from './binding.ts';
import {keyWords, worksIn} from './keymap.ts';

/** An action as the palette offers it. */
export type PaletteEntry = {
	/** Its name in the preferences. */
	readonly name: string;
	readonly label: string;
	readonly keys: string;
	/** True, or why it does nothing now. */
	readonly enabled: true | string;
	/** Null for what only another command can do. */
	readonly binding: Binding | null;
};

/** Done by a command of its own: it needs the run at rest, with its batches cancelled and confirmed. */
const wipeRequests: PaletteEntry = {
	name: 'wipe-requests',
	label: 'wipe requests: cancel all batches, clear all that has no outcome',
	keys: '',
	enabled: 'leave with q, then run: promptbatch-tui wipe <spec> --requests',
	binding: null,
};

/** The actions whose name or label holds every word of `text`: those that begin with it first, then those that work. */
export function paletteEntries(context: KeyContext, text: string): readonly PaletteEntry[] {
	const words = text.toLowerCase().split(/\s+/).filter(Boolean);
	const entries = [...context.keymap.map(binding => entryOf(binding, context)), wipeRequests];
	return entries
		.filter(({name, label}) => words.every(word => `${name} ${label}`.toLowerCase().includes(word)))
		.sort((a, b) => rank(a, words) - rank(b, words));
}

function entryOf(binding: Binding, context: KeyContext): PaletteEntry {
	const {action, label, keys, panes} = binding;
	const isHere = worksIn(context.ui.focus)(binding);
	const elsewhere = panes === 'all' ? '' : `works in pane ${panes.join(', ')}`;
	return {
		name: action,
		label,
		keys: keyWords(keys),
		enabled: isHere ? binding.enabled(context) : elsewhere,
		binding,
	};
}

function rank({name, label, enabled}: PaletteEntry, [first = '']: readonly string[]): number {
	const begins = first !== '' && (name.startsWith(first) || label.toLowerCase().startsWith(first));
	return (begins ? 0 : 2) + (enabled === true ? 0 : 1);
}
