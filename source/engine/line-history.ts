import type {AttemptEvent, RunEvent} from '../domain/event.ts';
import type {createOriginFinder} from '../domain/origin.ts';
import {lineBefore} from '../domain/request-line.ts';

/**
 * What a batch left on record for a request, whatever came for it since: `unknown` where a line of its history is
 * damaged. `offset` is the last line about the request.
 */
export function recordOfBatch(
	index: number,
	batchId: string | null,
	offset: number,
	readEvent: (offset: number) => RunEvent | null,
	originOf: ReturnType<typeof createOriginFinder>,
): AttemptEvent | 'unknown' | null {
	for (let at = offset; at >= 0; ) {
		const event = readEvent(at);
		switch (event?.type) {
			case 'attempt-answered':
			case 'attempt-failed':
				if (event.batchId !== null && event.batchId === batchId) {
					return event;
				}

				at = event.previous;
				break;
			case 'answer-accepted':
			case 'answer-refused':
				at = event.previous;
				break;
			case 'requests-given-up':
				at = lineBefore(event, originOf(index, at)?.index ?? index);
				break;
			default:
				return 'unknown';
		}
	}

	return null;
}
