import {takeBack, updateAgenda} from '../domain/agenda.ts';
import type {RunEvent} from '../domain/event.ts';
import type {Clock} from '../domain/ports.ts';
import type {Lane} from '../domain/price.ts';
import type {Agenda} from '../domain/queue-agenda.ts';
import type {RunState} from '../domain/state.ts';
import type {Twins} from '../domain/twins.ts';

export type TwinWorkOptions = {
	readonly state: RunState;
	readonly agenda: Agenda;
	/** Null: each request is asked. */
	readonly twins: Twins | null;
	readonly readEvent: (offset: number) => RunEvent | null;
	readonly record: (event: RunEvent) => void;
	readonly clock: Clock;
};

/** Keeps the agenda true where requests wait for others, and gives out what their leads were answered. */
export type TwinWork = {
	/** After `reduce` took the event in. */
	updateAgenda(event: RunEvent): void;
	/** A part of what is due: what is put on record asks for the next turn. */
	share(): void;
};

/** A million that ask the same would hold up everything else. */
const sharedPerTurn = 20_000;

export function createTwinWork({state, agenda, twins, readEvent, record, clock}: TwinWorkOptions): TwinWork {
	if (twins === null) {
		return {updateAgenda: event => updateAgenda(agenda, state, event), share() {}};
	}

	const laneAt = (offset: number): Lane => {
		const event = readEvent(offset);
		return event && 'lane' in event ? event.lane : 'direct';
	};

	return {
		updateAgenda(event) {
			twins.takeOpened(event);
			updateAgenda(agenda, state, event);
			takeBack(agenda, state, twins.takeEnded(event));
		},
		share() {
			for (const fact of twins.shares(clock.now(), sharedPerTurn, laneAt)) {
				record(fact);
			}
		},
	};
}
