import {type Agenda, nextCandidate} from '../domain/agenda.ts';
import type {RunState} from '../domain/state.ts';

/** Why only a person can make this run go on; null while it can by itself. Asked when nothing is in flight. */
export function stuckReason(state: RunState, agenda: Agenda): string | null {
	if (state.paused) {
		return 'the run is paused; --unpause goes on with it';
	}

	const held = state.queues.filter(queue => queue.access === 'held');
	const goesOn = state.queues.some(
		(queue, number) =>
			queue.access !== 'held' && nextCandidate(agenda, state, number, Number.POSITIVE_INFINITY),
	);
	if (held.length === 0 || goesOn) {
		return null;
	}

	return held
		.map(
			({info, failure}) =>
				`${info.key} is held: ${failure ? `${failure.kind}, ${failure.message}` : 'refused'}`,
		)
		.join('; ');
}
