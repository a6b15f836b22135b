import type {RunEvent} from '../domain/event.ts';
import type {LimitName} from '../domain/limit.ts';
import {type PlanInput, type PlannedStart, plan} from '../domain/plan.ts';
import {startedEvents} from '../domain/started-events.ts';

/** The starts that are planned and on record, until the turn's lines are written and the calls may leave. */
export type Starts = {
	/** Plans the next; returns when to look again, null when only an event can change something. */
	plan(input: PlanInput, now: number): number | null;
	/** Those that may leave now. */
	take(): readonly PlannedStart[];
	/** They wait for a disk that refuses: a pause, another concurrency or a give-up holds for them too. */
	lose(at: number): void;
	/** The ceiling in the way of all that could start: nothing else begins by itself. */
	limit(): LimitName | null;
	/** Nothing may be planned in this turn. */
	rest(): null;
};

export function createStarts(record: (event: RunEvent) => void): Starts {
	const planned: PlannedStart[] = [];
	let limit: LimitName | null = null;
	return {
		plan(input, now) {
			const next = plan(input, now);
			limit = next.wakeAt === null ? next.limit : null;
			for (const event of startedEvents(next.starts, now)) {
				record(event);
			}

			planned.push(...next.starts);
			return next.wakeAt;
		},
		take: () => planned.splice(0),
		lose(at) {
			const indexes = planned.splice(0).flatMap(({index, others}) => [index, ...others]);
			if (indexes.length > 0) {
				record({
					type: 'attempts-lost',
					at,
					indexes,
					reason: 'aborted',
					maybeBilledPico: 0,
					maybeBilledCalls: 0,
				});
			}
		},
		limit: () => limit,
		rest() {
			limit = null;
			return null;
		},
	};
}
