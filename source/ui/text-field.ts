import {clusters, displayWidth} from '../view/cells.ts';
import {safeText} from '../view/safe-text.ts';
import type {Key} from './input-tokenizer.ts';

/** One line of typed text. Raw: it may hold what was pasted. */
export type TextField = {
	readonly text: string;
	/** Where the next character goes, in UTF-16 units. */
	readonly at: number;
};

export const emptyField: TextField = {text: '', at: 0};

/** Longer than any filter or command that a person types. */
const longest = 500;

export function fieldOf(text: string): TextField {
	return {text, at: text.length};
}

/** The field after a key: the same object where the key does nothing in a field. */
export function typeInto(field: TextField, key: Pick<Key, 'name' | 'text'>): TextField {
	const {text, at} = field;
	switch (key.name) {
		case 'backspace':
			return cut(field, before(field), at);
		case 'delete':
			return cut(field, at, after(field));
		case 'ctrl-u':
			return cut(field, 0, at);
		case 'ctrl-k':
			return cut(field, at, text.length);
		case 'ctrl-w':
			return cut(field, text.slice(0, at).search(/\S*\s*$/), at);
		case 'left':
		case 'ctrl-b':
			return moved(field, before(field));
		case 'right':
		case 'ctrl-f':
			return moved(field, after(field));
		case 'home':
		case 'ctrl-a':
			return moved(field, 0);
		case 'end':
		case 'ctrl-e':
			return moved(field, text.length);
		default:
			return insert(field, key.text);
	}
}

/** Pasted text as one line. */
export function pasteInto(field: TextField, pasted: string): TextField {
	return insert(field, pasted.replaceAll(/\s+/g, ' '));
}

/** What a line shows of it, in at most `columns`: the end of what is before the cursor, `_`, and what is behind. */
export function fieldText({text, at}: TextField, columns: number): string {
	const head = [...clusters(safeText(text.slice(0, at), {maxLength: longest * 8}))];
	let width = head.reduce((sum, cluster) => sum + cluster.width, 0) + 1;
	while (width > columns && head.length > 0) width -= head.shift()!.width;
	const start = head.map(cluster => cluster.text).join('');
	const tail = safeText(text.slice(at), {maxLength: longest * 8});
	return displayWidth(start) < columns ? `${start}_${tail}` : start;
}

function insert(field: TextField, added: string): TextField {
	if (added === '' || field.text.length + added.length > longest) return field;
	const {text, at} = field;
	return {text: text.slice(0, at) + added + text.slice(at), at: at + added.length};
}

function cut(field: TextField, from: number, to: number): TextField {
	return from === to ? field : {text: field.text.slice(0, from) + field.text.slice(to), at: from};
}

function moved(field: TextField, at: number): TextField {
	return at === field.at ? field : {...field, at};
}

/** Whole characters: half of an emoji is none. */
function before({text, at}: TextField): number {
	const last = [...clusters(text.slice(0, at))].at(-1);
	return at - (last?.text.length ?? 0);
}

function after({text, at}: TextField): number {
	const [first] = clusters(text.slice(at));
	return at + (first?.text.length ?? 0);
}
