import type {JsonObject} from '../domain/request.ts';
import {similar} from './nearest.ts';
import {isPerMessage} from './prompt.ts';
import type {ScoreFields} from './scored-fields.ts';
import type {ArgsItem, Axis} from './spec.ts';
import {specError} from './spec-error.ts';
import type {Placeholder} from './template.ts';

export const noScoreFields: ScoreFields = {named: [], readsAll: false};

/** An arg that only a scorer uses is used. */
export function isScored({named, readsAll}: ScoreFields, key: string): boolean {
	return readsAll || named.some(({placeholder}) => hasColumn([key], placeholder));
}

/** A field that no row has would score nothing. Rows of a file are looked at while they are read. */
export function checkInlineScores(fields: ScoreFields, {items}: Axis<ArgsItem>): void {
	const watch = watchScoreFields(fields);
	for (const {args} of items) {
		watch.look(isPerMessage(args) ? Object.assign({}, ...args) : args);
	}

	watch.finish('the args');
}

/** Watches rows go by; `finish` throws for a field that none of them had. `rows`: what they are, for the message. */
export function watchScoreFields(fields: ScoreFields) {
	let missing = fields.named;
	let columns: readonly string[] = [];
	return {
		look(row: JsonObject) {
			if (missing.length > 0) {
				columns = Object.keys(row);
				missing = missing.filter(({placeholder}) => !hasColumn(columns, placeholder));
			}
		},
		finish(rows: string) {
			const first = missing[0];
			if (first) {
				const meant = similar(first.placeholder.name, columns);
				throw specError(
					first.where,
					`no row of ${rows} has \`${first.placeholder.name}\`, which this scorer reads`,
					meant === null
						? "Add it to the rows, or say what to compare with, e.g. `match: '{{expected}}'`."
						: `Did you mean {{${meant}}}?`,
				);
			}
		},
	};
}

function hasColumn(keys: readonly string[], {name, path}: Placeholder): boolean {
	return keys.includes(name) || keys.includes(path[0]!);
}
