import {type FailureKind, failureKinds} from '../domain/failure.ts';
import {type Status, statuses} from '../domain/state.ts';
import {closestWord} from './closest-word.ts';

const queryFields = ['status', 'code', 'kind', 'model', 'id', 'prompt', 'answer'] as const;
type QueryField = (typeof queryFields)[number];

/**
 * One condition of a filter. `values` are in lower case, and one of them has to fit: a part of a text, a beginning of
 * a code, a name where a `*` stands for anything.
 */
export type Term = {readonly isNegated: boolean} & (
	| {readonly field: 'status'; readonly values: readonly Status[]}
	| {readonly field: 'kind'; readonly values: readonly FailureKind[]}
	| {
			readonly field: 'text' | Exclude<QueryField, 'status' | 'kind'>;
			readonly values: readonly string[];
	  }
);

/** What a filter asks for: every term. */
export type Query = {
	readonly terms: readonly Term[];
	/** Why a part of it cannot be read, as a sentence; that part is left out. */
	readonly problem: string | null;
};

/**
 * Reads a filter as a person types it. `words` are looked for in id, model and error; `!` turns a term round;
 * `status:failed,waiting` takes either; quotes hold blanks together. What is not finished yet (`status:`, `!`, an
 * open quote) narrows nothing.
 */
export function parseQuery(filter: string): Query {
	const terms: Term[] = [];
	let problem: string | null = null;
	for (const token of tokensOf(filter)) {
		const term = termOf(token);
		if (typeof term === 'string') {
			problem ??= term;
		} else if (term !== null) {
			terms.push(term);
		}
	}

	return {terms, problem};
}

type Token = {readonly isNegated: boolean; readonly field: string | null; readonly value: string};

/** A field's name, unless it is the scheme of an address. */
const tokenPattern = /(!?)(?:([a-z_-]+):(?!\/\/))?("[^"]*"?|(?:(?!\s)[^"])*)/giy;

function tokensOf(filter: string): readonly Token[] {
	const tokens: Token[] = [];
	for (let at = 0; at < filter.length; ) {
		if (/\s/.test(filter[at]!)) {
			at++;
			continue;
		}

		tokenPattern.lastIndex = at;
		const [whole = '', mark, field, value = ''] = tokenPattern.exec(filter) ?? [];
		if (whole !== '') {
			const text = value.startsWith('"') ? value.slice(1).replace(/"$/, '') : value;
			tokens.push({isNegated: mark === '!', field: field?.toLowerCase() ?? null, value: text.toLowerCase()});
		}

		at += Math.max(1, whole.length);
	}

	return tokens;
}

/** A sentence where it cannot be read, null where it is not finished. */
function termOf({isNegated, field, value}: Token): Term | string | null {
	if (field !== null && !isField(field)) {
		const known = `${queryFields.slice(0, -1).join(', ')} and ${queryFields.at(-1)}`;
		return `There is no field "${field}": did you mean ${closestWord(field, queryFields)}? In quotes it is text. Fields are ${known}.`;
	}

	switch (field) {
		case null:
		case 'prompt':
		case 'answer':
			return value === '' ? null : {isNegated, field: field ?? 'text', values: [value]};
		case 'status': {
			const found = namesOf(value, field, statuses);
			return Array.isArray(found) ? {isNegated, field, values: found} : found;
		}

		case 'kind': {
			const found = namesOf(value, field, failureKinds);
			return Array.isArray(found) ? {isNegated, field, values: found} : found;
		}

		case 'code':
		case 'model':
		case 'id': {
			const values = value.split(',').filter(part => part !== '');
			const slip =
				field === 'code' ? values.find(part => /^\d/.test(part) && !/^[\d*]+$/.test(part)) : undefined;
			if (slip !== undefined) {
				return `code: takes a number like 429 or 4*, or a name like invalid_api_key, not "${slip}".`;
			}

			return values.length === 0 ? null : {isNegated, field, values};
		}
	}
}

function isField(field: string): field is QueryField {
	return (queryFields as readonly string[]).includes(field);
}

/** All names that begin with what was typed so far: `status:fa` is `failed` already. */
function namesOf<Name extends string>(
	value: string,
	field: string,
	known: readonly Name[],
): Name[] | string | null {
	const found = new Set<Name>();
	for (const part of value.split(',').filter(piece => piece !== '')) {
		const plain = part.replaceAll(/[_-]/g, '');
		const fitting = known.filter(name => name.replaceAll(/[_-]/g, '').startsWith(plain));
		if (fitting.length === 0) {
			return `${field}: knows ${known.slice(0, -1).join(', ')} and ${known.at(-1)}, not "${part}".`;
		}

		// A whole name means itself alone, although longer ones may begin with it.
		const exact = fitting.find(name => name.replaceAll(/[_-]/g, '') === plain);
		for (const name of exact ? [exact] : fitting) {
			found.add(name);
		}
	}

	return found.size === 0 ? null : [...found];
}

/** Whether a name fits a pattern in which `*` stands for anything. Both in lower case. */
export function fitsGlob(name: string, pattern: string): boolean {
	const [first = '', ...rest] = pattern.split('*');
	if (rest.length === 0) {
		return name === pattern;
	}

	const last = rest.pop()!;
	if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) {
		return false;
	}

	let at = first.length;
	for (const piece of rest) {
		at = name.indexOf(piece, at);
		if (at < 0) {
			return false;
		}

		at += piece.length;
	}

	return at <= name.length - last.length;
}
