import type {Asking} from '../domain/asking.ts';
import {opinionsAsking} from '../domain/opinions.ts';
import {turnsAsking} from '../domain/turns.ts';
import type {Spec} from './spec.ts';

/** How often the requests of a spec are asked; null: each once. */
export function askingOf({opinions, hasTurns}: Pick<Spec, 'opinions' | 'hasTurns'>): Asking | null {
	if (opinions !== null) {
		return opinionsAsking(opinions);
	}

	return hasTurns ? turnsAsking : null;
}
