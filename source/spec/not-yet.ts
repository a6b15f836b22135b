import {pathText} from './describe-value.ts';
import {specError} from './spec-error.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';
import type {DataPath} from './yaml-source.ts';

/**
 * What the contract names and this version cannot do yet. It is refused, never ignored: a ceiling that is not
 * kept costs money. Lifting a refusal is deleting its line here.
 */
export const laterPlaces: readonly {
	readonly path: DataPath;
	readonly unless?: (value: unknown) => boolean;
}[] = [
	{path: ['requests']},
	{path: ['prompts_per_call'], unless: value => value === 1},
	{path: ['rate', 'by']},
	{path: ['pack']},
	{path: ['vote']},
	{path: ['judge']},
	{path: ['rephrase']},
	{path: ['dedupe'], unless: value => value === false},
	{path: ['args', 'file'], unless: value => value !== '-'},
];

/** The one sentence for a key, a flag or a command that comes with a later version. */
export function notYet(what: string): string {
	return `${what} is not in this version yet`;
}

/** Throws for the first key of the spec that this version cannot honour. */
export function refuseLater(input: SpecInput, source: SpecSource): void {
	for (const {path, unless} of laterPlaces) {
		const value = path.reduce<unknown>(
			(data, step) => (data as {[key: PropertyKey]: unknown})?.[step],
			input,
		);
		if (value !== undefined && !unless?.(value)) {
			throw specError(source.where(path, 'key'), `${notYet(sayPlace(path))}`, 'Remove it for now.');
		}
	}
}

function sayPlace(path: DataPath): string {
	const name = pathText(path);
	switch (name) {
		case 'args.file':
			return 'reading rows from stdin';
		case 'prompts_per_call':
			return '`prompts_per_call` above 1';
		default:
			return `\`${name}\``;
	}
}
