import type {JsonObject} from '../domain/request.ts';
import type {Prompt} from './prompt.ts';
import {templatesOf} from './prompt.ts';

/** A row taken apart: what fills the templates, what names the request, and what is carried to the result. */
export type RowSplit = {
	readonly args: JsonObject;
	readonly id: string | null;
	readonly input: JsonObject;
};

const idKeys = ['id', 'custom_id'];
const nothing: JsonObject = Object.freeze({});

/** `takesIds`: a row determines one request, so that its id can be the request's. */
export function createRowSplitter(
	prompts: readonly Prompt[],
	takesIds: boolean,
): (row: JsonObject) => RowSplit {
	const used = usedKeys(prompts);
	return row => {
		const idKey = takesIds ? ownIdKey(row) : null;
		const args: {[key: string]: unknown} = {};
		let input: {[key: string]: unknown} | null = null;
		for (const key of Object.keys(row)) {
			if (used.has(key)) {
				args[key] = row[key];
			} else if (key !== idKey) {
				input ??= {};
				input[key] = row[key];
			}
		}

		return {args, id: idKey === null ? null : String(row[idKey]), input: input ?? nothing};
	};
}

/** The key that holds the row's own id; null when it has none, which an empty cell is too. */
export function ownIdKey(row: JsonObject): string | null {
	for (const key of idKeys) {
		const value = row[key];
		if (value !== undefined && value !== null && value !== '' && Object.hasOwn(row, key)) {
			return key;
		}
	}

	return null;
}

export function isIdKey(key: string): boolean {
	return idKeys.includes(key);
}

/** Why a value cannot be an id, or null. */
export function idProblem(value: unknown): string | null {
	if (typeof value === 'string') {
		return null;
	}

	if (typeof value !== 'number') {
		return 'an id must be text or a number';
	}

	return Number.isSafeInteger(value)
		? null
		: `the id ${value} is too large to be exact, or a fraction; quote it`;
}

/** The keys of a row that some template reads: `a.b` is a key of that name, or `b` in `a`. */
export function usedKeys(prompts: readonly Prompt[]): ReadonlySet<string> {
	return new Set(
		prompts
			.flatMap(templatesOf)
			.flatMap(({template}) => template.placeholders.flatMap(({name, path}) => [name, path[0]!])),
	);
}
