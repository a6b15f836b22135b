import type {AttemptEvent, RunEvent} from '../domain/event.ts';

/**
 * What a batch left on record for a request, whatever came for it since: `unknown` where a line of its history is
 * damaged. `offset` is the last line about the request.
 */
export function recordOfBatch(
	index: number,
	batchId: string | null,
	offset: number,
	readEvent: (offset: number) => RunEvent | null,
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
			case 'requests-given-up':
				at = event.previous[event.indexes.indexOf(index)] ?? -1;
				break;
			default:
				return 'unknown';
		}
	}

	return null;
}
