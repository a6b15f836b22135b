import {type Binding, binding, type KeyContext} from './binding.ts';
import {canForce, canNarrow, canPause, canRaise, canWiden, canWipe, isHalted} from './key-conditions.ts';
import type {PaneName} from './layout.ts';
import {batchKeys, recordKeys} from './record-keys.ts';
import {hasListLayer} from './reduce-list.ts';
import {canOpen} from './triage-conditions.ts';
import {triageKeys} from './triage-keys.ts';

const list: readonly PaneName[] = ['queue'];
/** Where `+` is no ceiling; `-` alone would mislead there. */
const beyondCost: readonly PaneName[] = ['queue', 'in-flight', 'retries', 'detail'];
const scrolling: readonly PaneName[] = ['queue', 'in-flight', 'detail'];

/** The keys as they are unless a person mapped them to others. */
export const keymap: readonly Binding[] = [
	binding(['?'], 'help', 'this help', {short: 'help'}),
	binding(['enter'], 'open', 'open the request: prompt, answer, error, attempts', {
		short: 'open',
		panes: list,
		enabled: canOpen,
	}),
	binding([']'], 'next-tab', 'next tab of the request', {short: 'next tab', panes: ['detail']}),
	binding(['['], 'previous-tab', 'previous tab of the request', {short: 'previous', panes: ['detail']}),
	...batchKeys,
	{
		...binding(['p'], 'toggle-pause', 'pause, what runs is kept; if anything stopped it: go on', {}),
		short: ({snapshot}) => (isHalted(snapshot) ? 'go on' : 'pause'),
		enabled: canPause,
	},
	binding(
		['w'],
		'wipe-failed',
		'wipe what failed, of the marked, the group, the list or all: queued again with a fresh budget',
		{
			short: 'wipe',
			enabled: canWipe,
		},
	),
	{
		...binding(['d'], 'force-direct', 'force direct mode, create no further batch; again: off', {}),
		short: ({snapshot}) => (snapshot?.forceDirect ? 'direct off' : 'direct'),
		enabled: canForce,
	},
	binding(['+'], 'raise-ceiling', 'type another cost ceiling', {
		short: 'ceiling',
		panes: ['cost'],
		enabled: canRaise,
	}),
	binding(['+'], 'more-calls', 'one step more calls at once, for this session', {
		panes: beyondCost,
		enabled: canWiden,
	}),
	binding(['-'], 'fewer-calls', 'one step fewer calls at once, for this session', {
		panes: beyondCost,
		enabled: canNarrow,
	}),
	{
		...binding(['escape'], 'back', 'close one layer; while the run is ending: go on with it', {}),
		short: context => {
			const {ui} = context;
			if (ui.focus === 'queue' && ui.list.anchor) return 'leave it';
			if (ui.focus === 'queue' && ui.list.filter !== '' && quits(context)) return 'clear filter';
			return quits(context) && (ui.under || ui.isZoomed) ? 'back' : null;
		},
	},
	binding(['tab'], 'next-pane', 'next pane', {short: 'next pane'}),
	binding(['shift-tab'], 'previous-pane', 'previous pane', {}),
	binding(['1'], 'pane-1', 'the queue', {}),
	binding(['2'], 'pane-2', 'batches and calls in flight; the report when the run is done', {}),
	binding(['3'], 'pane-3', 'retries', {}),
	binding(['4'], 'pane-4', 'cost', {}),
	binding(['5'], 'pane-5', 'the request under the cursor', {}),
	binding(['0'], 'zoom', 'the focused pane alone, or all panes again', {short: 'zoom'}),
	binding(['enter'], 'zoom', 'the focused pane alone', {panes: ['in-flight', 'retries', 'cost', 'detail']}),
	binding(['j', 'down'], 'next-row', 'down one row', {panes: scrolling}),
	binding(['k', 'up'], 'previous-row', 'up one row', {panes: scrolling}),
	binding(['pagedown'], 'next-page', 'down one page', {panes: scrolling}),
	binding(['pageup'], 'previous-page', 'up one page', {panes: scrolling}),
	binding(['ctrl-d'], 'next-half-page', 'down half a page', {panes: scrolling}),
	binding(['ctrl-u'], 'previous-half-page', 'up half a page', {panes: scrolling}),
	binding(['g', 'home'], 'first-row', 'to the top, and stay there when rows move', {panes: scrolling}),
	binding(['G', 'end'], 'last-row', 'to the end', {panes: scrolling}),
	binding(['ctrl-l'], 'repaint', 'draw the screen again', {}),
	binding(['ctrl-z'], 'suspend', 'suspend the program with its run, until `fg`', {}),
	{
		...binding(['q'], 'quit', 'back; at the top level quit, which asks when calls are in flight', {}),
		short: context => (quits(context) ? 'quit' : 'back'),
	},
	binding(['ctrl-c'], 'interrupt', 'start nothing more and leave within 10 s; again: leave now', {}),
	...triageKeys,
	...recordKeys,
];

/** Whether `q` leaves rather than closes a layer. The report opens by itself over the panes: one `q` leaves it. */
export function quits({ui, snapshot}: KeyContext): boolean {
	const isReport = snapshot?.report != null && ui.focus === 'in-flight';
	return isReport || (ui.under === null && !ui.isZoomed && !hasListLayer(ui));
}

export function worksIn(pane: PaneName): (binding: Binding) => boolean {
	return ({panes}) => panes === 'all' || panes.includes(pane);
}

/** What a key does in a pane. */
export function bindingOf(
	keyName: string,
	pane: PaneName,
	keys: readonly Binding[] = keymap,
): Binding | null {
	return keys.find(binding => binding.keys.includes(keyName) && worksIn(pane)(binding)) ?? null;
}

/** The rows of the README's table. */
export function keyTable(): readonly {
	readonly keys: string;
	readonly label: string;
	readonly panes: string;
}[] {
	return keymap.map(({keys, label, panes}) => ({
		keys: keyWords(keys),
		label,
		panes: panes === 'all' ? 'all' : panes.join(', '),
	}));
}

/** Keys as the help writes them: `j, down`. */
export function keyWords(keys: readonly string[]): string {
	return keys.map(key => (key === 'escape' ? 'esc' : key)).join(', ');
}
