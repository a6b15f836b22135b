import type {Round} from '../domain/asking.ts';
import {type AttemptEvent, type AttemptFailed, hasOutcome} from '../domain/event.ts';
import type {Request} from '../domain/request.ts';
import type {Rounds} from '../domain/rounds.ts';
import type {RunState} from '../domain/state.ts';

/**
 * The end of an attempt as that of a round: with its number, and with what follows from it for a request that is
 * asked several times. A failure that is tried again ends no round.
 */
export function roundEvent<E extends AttemptEvent>(
	event: E,
	request: Request,
	state: RunState,
	rounds: Rounds,
): E | AttemptFailed {
	const round = state.rounds.get(event.index) ?? 0;
	const numbered = round === 0 ? event : {...event, round};
	if (numbered.type === 'attempt-failed' && !hasOutcome(numbered.sequel)) {
		return numbered;
	}

	const all: readonly Round[] = [...rounds.before(event.index), rounds.roundOf(event)];
	const next = rounds.asking.after(request, all);
	if (numbered.type === 'attempt-answered') {
		if (next === 'more') {
			return {...numbered, more: true};
		}

		const agrees = rounds.asking.audits?.(request, all) ?? null;
		return agrees === null ? numbered : {...numbered, agrees};
	}

	switch (next) {
		case 'more':
			return {...numbered, sequel: 'more'};
		case 'done':
			return {...numbered, sequel: 'conclude'};
		case 'fail':
			return numbered;
	}
}
