import {clusters} from '../view/cells.ts';
import {readEscapeSequence} from './escape-sequence.ts';

/** One press of a key. */
export type Key = {
	/**
	 * The character itself (`a`, `G`, `+`), or `enter`, `escape`, `tab`, `shift-tab`, `space`, `backspace`, `delete`,
	 * `insert`, `up`, `down`, `left`, `right`, `home`, `end`, `pageup`, `pagedown`, `ctrl-a` to `ctrl-z`, `alt-…`; in
	 * front of the movement keys also `ctrl-`, `alt-` and `shift-`, in this order.
	 */
	readonly name: string;
	/** What a text field inserts; empty for keys that write nothing. */
	readonly text: string;
	/** The only thing in its chunk: nobody pastes or types ahead. Keys that open a dangerous dialog count only so. */
	readonly alone: boolean;
};

/** Pasted text, for a text field or a notice; never to be read as keys. Raw. */
export type Paste = {
	/** The beginning, at most 1,000 UTF-16 units. */
	readonly text: string;
	/** Of the whole, in UTF-16 units. */
	readonly length: number;
};

export type Tokens = {
	readonly keys: readonly Key[];
	readonly paste: Paste | null;
	/** The chunk ended inside an escape sequence: call `flush` in `escapeDelayMs` unless another chunk comes first. */
	readonly pending: boolean;
};

export type InputTokenizer = {
	/** Takes what one read of the terminal gave; `nowMs` from a clock that does not go backwards. */
	push(chunk: Uint8Array, nowMs: number): Tokens;
	/** Gives up waiting: a held ESC was the escape key, a held beginning of a sequence was nothing. */
	flush(nowMs: number): Tokens;
};

/** How long an ESC may be the first byte of a sequence that a slow line split. */
export const escapeDelayMs = 50;

const pasteBegin = '\u001b[200~';
const pasteEnd = '\u001b[201~';
/** A longer sequence without an end is garbage. */
const maxHeld = 1000;
const maxPasteText = 1000;
/** More printables than this in one chunk, unless all the same, were not typed. */
const maxTyped = 3;
/** A long paste without brackets comes in several chunks, of which the last may look typed. */
const pasteTailMs = 100;
/** A paste whose end got lost must not swallow the keyboard for ever. */
const pasteSilenceMs = 3000;

type Item =
	| {readonly kind: 'key'; readonly name: string; readonly text: string}
	/** A sequence that is no key, or the part of a bracketed paste. */
	| {readonly kind: 'other'};

const other: Item = {kind: 'other'};
const nothing: Tokens = {keys: [], paste: null, pending: false};

export function createInputTokenizer(): InputTokenizer {
	const decoder = new TextDecoder();
	let held = '';
	let heldAlone = false;
	let lastPushMs = Number.NEGATIVE_INFINITY;
	let lastPasteMs = Number.NEGATIVE_INFINITY;
	/** The bracketed paste that we are in. */
	let open: Paste | null = null;

	/** Reads up to the end of the paste; returns what follows it. */
	const readPaste = (paste: Paste, text: string): {rest: string; closed: Paste | null} => {
		const end = text.indexOf(pasteEnd);
		if (end >= 0) {
			open = null;
			return {rest: text.slice(end + pasteEnd.length), closed: extend(paste, text.slice(0, end))};
		}

		held = beginningOf(pasteEnd, text);
		open = extend(paste, text.slice(0, text.length - held.length));
		return {rest: '', closed: null};
	};

	const read = (text: string): {items: Item[]; paste: Paste | null} => {
		const items: Item[] = [];
		let paste: Paste | null = null;
		let rest = text;
		while (rest !== '') {
			if (open) {
				const part = readPaste(open, rest);
				paste = part.closed ?? paste;
				rest = part.rest;
				items.push(other);
			} else if (rest.startsWith(pasteBegin)) {
				open = {text: '', length: 0};
				rest = rest.slice(pasteBegin.length);
				items.push(other);
			} else if (rest.startsWith('\u001b')) {
				const sequence = readEscapeSequence(rest);
				if (sequence.kind === 'incomplete') {
					held = rest.length > maxHeld ? '' : rest;
					break;
				}

				items.push(sequence.name === null ? other : {kind: 'key', name: sequence.name, text: ''});
				rest = rest.slice(sequence.length);
			} else {
				const [run = ''] = /^[^\u001b]+/.exec(rest) ?? [];
				for (const {text: character} of clusters(run)) items.push(characterItem(character));
				rest = rest.slice(run.length);
			}
		}

		return {items, paste};
	};

	const flush = (nowMs: number): Tokens => {
		if (held === '' || open) return nothing;
		if (nowMs - lastPushMs < escapeDelayMs) return {...nothing, pending: true};
		const isEscape = held === '\u001b';
		held = '';
		return isEscape ? {...nothing, keys: [{name: 'escape', text: '', alone: heldAlone}]} : nothing;
	};

	return {
		flush,
		push(chunk, nowMs) {
			const late = flush(nowMs);
			let paste: Paste | null = null;
			if (open && nowMs - lastPushMs > pasteSilenceMs) {
				paste = open;
				open = null;
				held = '';
			}

			const text = held + decoder.decode(chunk, {stream: true});
			held = '';
			const found = read(text);
			paste = found.paste ?? paste;
			let keys = found.items.filter(item => item.kind === 'key');
			const isPaste = looksPasted(keys, found.items.length);
			if (isPaste || nowMs - lastPasteMs < pasteTailMs) {
				if (isPaste) lastPasteMs = nowMs;
				const pasted = keys.map(key => (key.name === 'enter' ? '\n' : key.text)).join('');
				if (pasted !== '') paste = extend(paste ?? {text: '', length: 0}, pasted);
				// Who hammers on a stalled screen must still get out.
				keys = keys.filter(key => key.name === 'ctrl-c');
			}

			lastPushMs = nowMs;
			heldAlone = found.items.length === 0;
			const alone = found.items.length === 1 && held === '';
			return {
				keys: [...late.keys, ...keys.map(({name, text}) => ({name, text, alone}))],
				paste,
				pending: held !== '' && !open,
			};
		},
	};
}

function extend(paste: Paste, text: string): Paste {
	const room = maxPasteText - paste.text.length;
	return {text: paste.text + text.slice(0, room), length: paste.length + text.length};
}

/** The end of `text` that could be the beginning of `marker`. */
function beginningOf(marker: string, text: string): string {
	for (let length = Math.min(marker.length - 1, text.length); length > 0; length--) {
		if (text.endsWith(marker.slice(0, length))) return marker.slice(0, length);
	}

	return '';
}

function looksPasted(keys: readonly {readonly text: string}[], items: number): boolean {
	const printables = keys.filter(key => key.text !== '');
	if (printables.length <= maxTyped) return false;
	const isRepeat = printables.length === items && printables.every(key => key.text === printables[0]?.text);
	return !isRepeat;
}

function characterItem(character: string): Item {
	if (character === '\r' || character === '\n' || character === '\r\n') return named('enter');
	if (character === '\t') return named('tab');
	if (character === '\u007f' || character === '\b') return named('backspace');
	if (character === '\0') return named('ctrl-space');
	if (character === ' ') return {kind: 'key', name: 'space', text: ' '};
	const code = character.codePointAt(0) ?? 0;
	if (code < 0x20) return named(`ctrl-${String.fromCodePoint(code + (code <= 26 ? 0x60 : 0x40))}`);
	// Controls of the other half and bytes that were no UTF-8.
	if ((code >= 0x80 && code < 0xa0) || code === 0xfffd) return other;
	return {kind: 'key', name: character, text: character};
}

function named(name: string): Item {
	return {kind: 'key', name, text: ''};
}
