/** An escape sequence at the beginning of a text from the keyboard. */
export type EscapeSequence =
	/** More input may complete it. */
	| {readonly kind: 'incomplete'}
	/** `name` is null for one that is no key of ours (answers of the terminal, function keys, mouse). */
	| {readonly kind: 'complete'; readonly length: number; readonly name: string | null};

const letters: {readonly [final: string]: string} = {
	A: 'up',
	B: 'down',
	C: 'right',
	D: 'left',
	H: 'home',
	F: 'end',
};

/** The numbers before `~`, in the two traditions of Home and End. */
const numbers: {readonly [number: string]: string} = {
	1: 'home',
	2: 'insert',
	3: 'delete',
	4: 'end',
	5: 'pageup',
	6: 'pagedown',
	7: 'home',
	8: 'end',
};

// CSI with parameters; the Linux console's function keys have a second bracket.
const csi = /^\u001b\[(?:(\[[A-E])|([0-?]*)[ -/]*([@-Z\\-~]))/;
const csiBegun = /^\u001b\[(?:\[|[0-?]*[ -/]*)$/;
const singleShift = /^\u001bO([!-~])/;
// OSC, DCS and the like, which a terminal answers with.
const string = /^\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)/;
const stringBegun = /^\u001b[\]PX^_][^\u0007\u001b]*\u001b?$/;
const alt = /^\u001b([ -~])/;

/** Reads the sequence that `text` begins with; `text[0]` is ESC. A lone ESC is incomplete. */
export function readEscapeSequence(text: string): EscapeSequence {
	if (text.length === 1 || text === '\u001bO' || csiBegun.test(text) || stringBegun.test(text)) {
		return {kind: 'incomplete'};
	}

	// An ESC before another one was pressed alone.
	if (text[1] === '\u001b') return {kind: 'complete', length: 1, name: 'escape'};
	let match = csi.exec(text);
	if (match) return complete(match, csiName(match[2] ?? '', match[3] ?? ''));
	match = singleShift.exec(text);
	if (match) return complete(match, letters[match[1] ?? ''] ?? null);
	match = string.exec(text);
	if (match) return complete(match, null);
	match = text[1] === '[' ? null : alt.exec(text);
	if (match) return complete(match, `alt-${match[1]}`);
	// Broken off: what introduced it goes, the rest is read anew.
	return {kind: 'complete', length: text[1] === '[' ? 2 : 1, name: null};
}

function complete(match: RegExpExecArray, name: string | null): EscapeSequence {
	return {kind: 'complete', length: match[0].length, name};
}

/** `1;5A` is ctrl-up: the second parameter is 1 plus the bits shift 1, alt 2, ctrl 4. */
function csiName(parameters: string, final: string): string | null {
	if (final === 'Z') return 'shift-tab';
	const [number = '', modifier = '1'] = parameters.split(';');
	const name = final === '~' ? numbers[number] : letters[final];
	const bits = Number(modifier) - 1;
	if (name === undefined || !(bits >= 0 && bits < 8)) return null;
	return `${bits & 4 ? 'ctrl-' : ''}${bits & 2 ? 'alt-' : ''}${bits & 1 ? 'shift-' : ''}${name}`;
}
