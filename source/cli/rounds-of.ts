import type {RunEvent} from '../domain/event.ts';
import {createRounds, type Rounds} from '../domain/rounds.ts';
import type {RunState} from '../domain/state.ts';
import {askingOf} from '../spec/asking-of.ts';
import type {Spec} from '../spec/spec.ts';

/** The rounds of a run whose spec asks requests several times; null: it asks each once. */
export function roundsOf(
	spec: Spec,
	state: RunState,
	readEvent: (offset: number, body: boolean) => RunEvent | null,
): Rounds | null {
	const asking = askingOf(spec);
	return (
		asking &&
		createRounds({
			asking,
			state,
			readEvent: offset => readEvent(offset, true),
			endpoint: spec.endpoint,
			check: spec.schemaCheck,
		})
	);
}
