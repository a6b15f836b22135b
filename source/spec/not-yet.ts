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
}[] = [{path: ['rephrase']}];

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
			throw specError(source.where(path, 'key'), `${notYet(`\`${pathText(path)}\``)}`, 'Remove it for now.');
		}
	}
}
