import {indexesOf} from '../../source/domain/batch.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import {type Status, statuses} from '../../source/domain/state.ts';
import type {Fixture} from './engine-fixture.ts';

/** Lets time go by. */
export async function pass(fixture: Pick<Fixture, 'clock'>, delayMs: number): Promise<void> {
	let isOver = false;
	fixture.clock.after(delayMs, () => {
		isOver = true;
	});
	await fixture.clock.runUntil(() => isOver);
}

export function statusOf({state}: Pick<Fixture, 'state'>, index: number): Status {
	return statuses[state.columns.status[index]!]!;
}

/** When the calls of a request left, from the start of the run. */
export function callsOf({calls}: Pick<Fixture, 'calls'>, index: number): readonly number[] {
	return calls.filter(call => call.index === index).map(({at}) => at - 1_000_000);
}

/** What the events say became of a request, in order. */
export function wordsOf({events}: Pick<Fixture, 'events'>, index: number): readonly string[] {
	return events.flatMap(event => (isAbout(event, index) ? [event.type] : []));
}

function isAbout(event: RunEvent, index: number): boolean {
	return (
		('index' in event && event.index === index) ||
		('indexes' in event &&
			event.indexes.some(one =>
				typeof one === 'number' ? one === index : [...indexesOf([one])].includes(index),
			))
	);
}
