/** A regular expression as a recipe for text that it matches. */
export type Pattern =
	| {readonly kind: 'sequence'; readonly parts: readonly Pattern[]}
	| {readonly kind: 'choice'; readonly options: readonly Pattern[]}
	| {readonly kind: 'repeat'; readonly part: Pattern; readonly least: number; readonly most: number}
	/** One of these characters. */
	| {readonly kind: 'character'; readonly characters: readonly string[]};

type Reader = {readonly source: string; at: number};

const nothing: Pattern = {kind: 'sequence', parts: []};
const lower = [...'abcdefghijklmnopqrstuvwxyz'];
const upper = lower.map(letter => letter.toUpperCase());
const digits = [...'0123456789'];
const printable = Array.from({length: 95}, (_, at) => String.fromCharCode(32 + at));
const classes: {readonly [letter: string]: readonly string[]} = {
	d: digits,
	w: [...lower, ...upper, ...digits, '_'],
	s: [' '],
	n: ['\n'],
	r: ['\r'],
	t: ['\t'],
};

/**
 * Reads what is common in schemas: classes, groups, alternatives, quantifiers. Anchors, word boundaries and
 * lookarounds add nothing here; whether the text made from it matches is for the caller to test.
 */
export function parsePattern(source: string): Pattern {
	return readChoice({source, at: 0});
}

/** As validators do, with the `u` flag where the pattern allows it; null for what is no pattern. */
export function compilePattern(source: string): RegExp | null {
	for (const flags of ['u', '']) {
		try {
			return new RegExp(source, flags);
		} catch {}
	}

	return null;
}

function readChoice(reader: Reader): Pattern {
	const options = [readSequence(reader)];
	while (reader.source[reader.at] === '|') {
		reader.at++;
		options.push(readSequence(reader));
	}

	return options.length === 1 ? options[0]! : {kind: 'choice', options};
}

function readSequence(reader: Reader): Pattern {
	const parts: Pattern[] = [];
	while (reader.at < reader.source.length && !'|)'.includes(reader.source[reader.at]!)) {
		parts.push(readQuantified(reader));
	}

	return {kind: 'sequence', parts};
}

function readQuantified(reader: Reader): Pattern {
	const part = readAtom(reader);
	const match = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(reader.source.slice(reader.at));
	if (!match) {
		return part;
	}

	reader.at += match[0].length;
	const [text, from, comma, to] = match;
	const least = from === undefined ? (text.startsWith('+') ? 1 : 0) : Number(from);
	const most = text.startsWith('?') ? 1 : comma === '' ? least : to ? Number(to) : least + 6;
	return {kind: 'repeat', part, least, most};
}

function readAtom(reader: Reader): Pattern {
	const character = [...reader.source.slice(reader.at, reader.at + 2)][0]!;
	reader.at += character.length;
	switch (character) {
		case '^':
		case '$':
			return nothing;
		case '.':
			return {kind: 'character', characters: lower};
		case '(':
			return readGroup(reader);
		case '[':
			return {kind: 'character', characters: readClass(reader)};
		case '\\':
			return readEscape(reader);
		default:
			return {kind: 'character', characters: [character]};
	}
}

function readGroup(reader: Reader): Pattern {
	const prefix = /^\?(?:[:=!]|<[=!]|<[^>]*>)/.exec(reader.source.slice(reader.at))?.[0] ?? '';
	reader.at += prefix.length;
	const inner = readChoice(reader);
	reader.at++;
	return /^\?<?[=!]/.test(prefix) ? nothing : inner;
}

function readEscape(reader: Reader): Pattern {
	const boundary = /^[bB]/.test(reader.source.slice(reader.at));
	const characters = escaped(reader);
	return boundary ? nothing : {kind: 'character', characters};
}

/** The characters that an escape stands for; the reader is behind the backslash. */
function escaped(reader: Reader): readonly string[] {
	const rest = reader.source.slice(reader.at);
	const code = /^(?:u\{([\da-f]+)\}|u([\da-f]{4})|x([\da-f]{2}))/i.exec(rest);
	if (code) {
		reader.at += code[0].length;
		return [String.fromCodePoint(Number.parseInt(code[1] ?? code[2] ?? code[3]!, 16))];
	}

	const property = /^[pP]\{([^}]*)\}/.exec(rest);
	if (property) {
		reader.at += property[0].length;
		const matcher = compilePattern(`\\${property[0]}`);
		return matcher ? printable.filter(character => matcher.test(character)) : lower;
	}

	const letter = rest[0] ?? '';
	reader.at += letter.length;
	if (/[DWS]/.test(letter)) {
		return without(classes[letter.toLowerCase()]!);
	}

	return Object.hasOwn(classes, letter) ? classes[letter]! : [letter];
}

function readClass(reader: Reader): readonly string[] {
	const negated = reader.source[reader.at] === '^';
	reader.at += negated ? 1 : 0;
	const members: string[] = [];
	while (reader.at < reader.source.length && reader.source[reader.at] !== ']') {
		const first = readClassMember(reader);
		const isRange = first.length === 1 && /^-[^\]]/.test(reader.source.slice(reader.at));
		if (isRange) {
			reader.at++;
			members.push(...range(first[0]!, readClassMember(reader)[0]!));
		} else {
			members.push(...first);
		}
	}

	reader.at++;
	return negated ? without(members) : members;
}

function readClassMember(reader: Reader): readonly string[] {
	const character = [...reader.source.slice(reader.at, reader.at + 2)][0]!;
	reader.at += character.length;
	return character === '\\' ? escaped(reader) : [character];
}

/** At most a few hundred characters of a wide range. */
function range(first: string, last: string): readonly string[] {
	const from = first.codePointAt(0)!;
	const length = Math.min(Math.max(last.codePointAt(0)! - from + 1, 1), 300);
	return Array.from({length}, (_, at) => String.fromCodePoint(from + at));
}

function without(excluded: readonly string[]): readonly string[] {
	return printable.filter(character => !excluded.includes(character));
}
