import {indexesOf} from '../domain/batch.ts';
import type {RunEvent} from '../domain/event.ts';
import type {RunState} from '../domain/state.ts';

const none: readonly number[] = [];

/** The requests that an event changed, after `reduce` took it in. An index below 0 belongs to none. */
export function touchedBy(event: RunEvent, state: RunState): Iterable<number> {
	switch (event.type) {
		case 'attempt-started':
		case 'attempts-lost':
		case 'requests-given-up':
		case 'answers-shared':
			return event.indexes;
		case 'attempt-answered':
		case 'attempt-failed':
		case 'request-added':
		case 'answer-accepted':
		case 'answer-refused':
			return [event.index];
		case 'shard-cut':
		case 'requests-wiped':
		case 'requests-unwanted':
		case 'requests-moved':
		case 'params-changed':
			return indexesOf(event.indexes);
		case 'requests-restored':
			return indexesOf([...event.indexes, ...event.wanted]);
		case 'shard-released':
			return indexesOf(state.batches.get(event.shard)?.indexes ?? []);
		case 'requests-retried':
			return indexesOf([...event.waiting, ...event.failed]);
		default:
			return none;
	}
}
