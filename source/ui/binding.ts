import type {RunSnapshot} from '../view/snapshot.ts';
import type {PaneName} from './layout.ts';
import type {UiState} from './ui-state.ts';

/** What a key is decided by. */
export type KeyContext = {
	readonly snapshot: RunSnapshot | null;
	readonly ui: UiState;
	readonly isReadonly: boolean;
	/** The keys in use: the default ones, or as the person mapped them. */
	readonly keymap: readonly Binding[];
};

export type ActionName =
	| 'toggle-pause'
	| 'wipe-failed'
	| 'force-direct'
	| 'raise-ceiling'
	| 'more-calls'
	| 'fewer-calls'
	| 'open'
	| 'zoom'
	| 'back'
	| 'next-row'
	| 'previous-row'
	| 'next-page'
	| 'previous-page'
	| 'next-half-page'
	| 'previous-half-page'
	| 'first-row'
	| 'last-row'
	| 'next-tab'
	| 'previous-tab'
	| 'next-pane'
	| 'previous-pane'
	| `pane-${1 | 2 | 3 | 4 | 5}`
	| 'help'
	| 'repaint'
	| 'suspend'
	| 'quit'
	| 'interrupt'
	| TriageAction
	| RecordAction;

/** Marks, the order of the list, and what is done with the requests that they choose. */
export type TriageAction =
	| 'toggle-mark'
	| 'mark-range'
	| 'mark-all'
	| 'mark-same'
	| 'clear-marks'
	| 'failures-only'
	| 'group'
	| 'filter'
	| 'next-match'
	| 'previous-match'
	| 'sort'
	| 'reverse'
	| 'retry'
	| 'retry-all'
	| 'change'
	| 'to-front'
	| 'to-back'
	| 'give-up'
	| 'undo';

/** Single requests taken out, batches, and what covers the panes. */
export type RecordAction =
	| 'cancel-batch'
	| 'pull-tail'
	| 'copy-id'
	| 'copy-record'
	| 'copy-curl'
	| 'page'
	| 'export'
	| 'log'
	| 'palette';

/** One row of the table that keys, help, footer and README come from. */
export type Binding = {
	/** Names as `Key.name`. */
	readonly keys: readonly string[];
	readonly action: ActionName;
	readonly label: string;
	/** In the footer; null: not there now. */
	readonly short: (context: KeyContext) => string | null;
	/** Where it works. */
	readonly panes: readonly PaneName[] | 'all';
	/** True, or why not. */
	readonly enabled: (context: KeyContext) => true | string;
};

type Extras = {
	readonly short?: string;
	readonly panes?: Binding['panes'];
	readonly enabled?: Binding['enabled'];
};

export function binding(
	keys: readonly string[],
	action: ActionName,
	label: string,
	{short, panes = 'all', enabled = () => true}: Extras,
): Binding {
	return {keys, action, label, short: () => short ?? null, panes, enabled};
}
