import type {Asking} from '../domain/asking.ts';
import {opinionsAsking} from '../domain/opinions.ts';
import {packAsking} from '../domain/pack-asking.ts';
import {turnsAsking} from '../domain/turns.ts';
import type {Spec} from './spec.ts';

/** How often the requests of a spec are asked; null: each once. */
export function askingOf(spec: Pick<Spec, 'opinions' | 'hasTurns' | 'pack'>): Asking | null {
	const asking = ofSpec(spec);
	// What a stage adds is asked as the stage says.
	return (
		asking && {
			...asking,
			concerns: request => request.stage === undefined && asking.concerns(request),
		}
	);
}

function ofSpec({opinions, hasTurns, pack}: Pick<Spec, 'opinions' | 'hasTurns' | 'pack'>): Asking | null {
	if (opinions !== null) {
		return opinionsAsking(opinions);
	}

	if (pack !== null && (pack.vote !== null || pack.audit > 0)) {
		return packAsking(pack);
	}

	return hasTurns ? turnsAsking : null;
}
