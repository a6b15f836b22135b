import type {RunEvent} from '../domain/event.ts';
import type {Failure} from '../domain/failure.ts';

/** What a request that a person gave up failed with: no server said it. */
export const givenUp: Failure = {
	kind: 'cancelled',
	status: null,
	code: null,
	message: 'given up by a person',
};

/** The failure that a request's journal line tells of; null when it tells of none. */
export function failureIn(event: RunEvent | null): Failure | null {
	switch (event?.type) {
		case 'attempt-failed':
			return event.failure;
		case 'requests-given-up':
			return givenUp;
		default:
			return null;
	}
}

/** The request's line before this one, or -1. */
export function lineBefore(event: RunEvent | null, index: number): number {
	switch (event?.type) {
		case 'attempt-failed':
		case 'attempt-answered':
			return event.previous;
		case 'requests-given-up':
			return event.previous[event.indexes.indexOf(index)] ?? -1;
		default:
			return -1;
	}
}
