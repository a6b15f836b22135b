import type {ActionName, Binding} from './binding.ts';
import {asking} from './key-effects.ts';
import {keymap} from './keymap.ts';
import {paneNames} from './layout.ts';

/** The known name that is nearest to a mistyped one; null: none is near. */
export type Similar = (name: string, known: readonly string[]) => string | null;

export type ReadKeymap = {
	/** The default one where there is any problem: half a keymap is one that nobody knows. */
	readonly keymap: readonly Binding[];
	/** In sentences. */
	readonly problems: readonly string[];
};

/** Without these nobody would find out of a screen. */
const lasting: ReadonlySet<ActionName> = new Set<ActionName>(['interrupt']);

const namedKeys = [
	...['enter', 'escape', 'tab', 'shift-tab', 'space', 'backspace', 'delete', 'insert'],
	...['up', 'down', 'left', 'right', 'home', 'end', 'pageup', 'pagedown'],
];
const modified = /^(?:ctrl-)?(?:alt-)?(?:shift-)?(up|down|left|right|home|end|pageup|pagedown)$/;
const letter = /^(?:ctrl-[a-z]|alt-[!-~])$/;

/**
 * The keymap of the preferences, `{"toggle-pause": ["P"], "wipe-failed": ["ctrl-w"]}`, over the default one. An
 * empty list takes an action's keys away.
 */
export function readKeymap(wanted: unknown, similar: Similar): ReadKeymap {
	if (wanted === undefined || wanted === null) return {keymap, problems: []};
	if (typeof wanted !== 'object' || Array.isArray(wanted))
		return {keymap, problems: ['keymap is no object of actions, like {"toggle-pause": ["P"]}']};
	const given = new Map(Object.entries(wanted));
	const problems = [...given].flatMap(([action, keys]) => problemsOf(action, keys, similar));
	if (problems.length > 0) return {keymap, problems};
	const remapped = keymap.map(binding => {
		const keys = given.get(binding.action) as readonly string[] | undefined;
		return keys === undefined ? binding : {...binding, keys};
	});
	const conflicts = conflictsOf(remapped);
	return conflicts.length > 0 ? {keymap, problems: conflicts} : {keymap: remapped, problems: []};
}

function problemsOf(action: string, keys: unknown, similar: Similar): readonly string[] {
	const actions = [...new Set(keymap.map(binding => binding.action))];
	if (!(actions as readonly string[]).includes(action))
		return [`keymap has no action ${action}${hint(similar(action, actions))}`];
	if (!Array.isArray(keys)) return [`the keys of ${action} are no list, like ["P"]`];
	if (lasting.has(action as ActionName)) return [`${action} keeps its key: without it nobody gets out`];
	// The key that opened a question never answers it.
	const isAnswer = (asking.has(action as ActionName) || action === 'quit') && keys.includes('y');
	if (isAnswer) return [`${action} cannot be \`y\`: that answers what it asks`];
	return keys
		.filter(key => !isKey(key))
		.map(key => `${action} has a key ${JSON.stringify(key)} that there is not${hint(near(key, similar))}`);
}

function near(key: unknown, similar: Similar): string | null {
	return typeof key === 'string' ? similar(key, namedKeys) : null;
}

function isKey(key: unknown): boolean {
	if (typeof key !== 'string') return false;
	return /^[!-~]$/.test(key) || namedKeys.includes(key) || modified.test(key) || letter.test(key);
}

/** A key has one meaning in a pane. */
function conflictsOf(bindings: readonly Binding[]): readonly string[] {
	const sentences = new Map<string, string>();
	for (const pane of paneNames) {
		const owner = new Map<string, Binding>();
		for (const binding of bindings) {
			if (binding.panes !== 'all' && !binding.panes.includes(pane)) continue;
			for (const key of binding.keys) {
				const other = owner.get(key);
				const pair = `\`${key}\` is bound to ${other?.action} and ${binding.action}`;
				if (other && other.action !== binding.action && !sentences.has(pair))
					sentences.set(pair, `${pair} in ${pane}`);
				owner.set(key, other ?? binding);
			}
		}
	}

	return [...sentences.values()];
}

function hint(name: string | null): string {
	return name === null ? '' : ` (did you mean ${name}?)`;
}
