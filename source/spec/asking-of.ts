import type {Asking} from '../domain/asking.ts';
import {opinionsAsking} from '../domain/opinions.ts';
import {packAsking} from '../domain/pack-asking.ts';
import {turnsAsking} from '../domain/turns.ts';
import type {Spec} from './spec.ts';

/** How often the requests of a spec are asked; null: each once. */
export function askingOf({
	opinions,
	hasTurns,
	pack,
}: Pick<Spec, 'opinions' | 'hasTurns' | 'pack'>): Asking | null {
	if (opinions !== null) {
		return opinionsAsking(opinions);
	}

	if (pack !== null && (pack.vote !== null || pack.audit > 0)) {
		return packAsking(pack);
	}

	return hasTurns ? turnsAsking : null;
}
