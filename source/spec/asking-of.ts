import type {Asking} from '../domain/asking.ts';
import {opinionsAsking} from '../domain/opinions.ts';
import {turnsAsking} from '../domain/turns.ts';
import type {Spec} from './spec.ts';

/** How often the requests of a spec are asked; null: each once. */
export function askingOf({opinions, hasTurns}: Pick<Spec, 'opinions' | 'hasTurns'>): Asking | null {
	const asking = opinions !== null ? opinionsAsking(opinions) : hasTurns ? turnsAsking : null;
	// What a stage adds is asked as the stage says.
	return (
		asking && {
			...asking,
			concerns: request => request.stage === undefined && asking.concerns(request),
		}
	);
}
