import type {RunEvent} from '../domain/event.ts';

/** Far more than rows on a screen. */
const capacity = 512;

/**
 * The last events read from the journal, by offset. A line never changes, so the rows of a screen that stands still
 * are read once and not at every frame.
 */
export function cacheEvents(
	readEvent: (offset: number) => RunEvent | null,
): (offset: number) => RunEvent | null {
	const events = new Map<number, RunEvent | null>();
	return offset => {
		let event = events.get(offset);
		if (event === undefined) {
			event = readEvent(offset);
			events.set(offset, event);
			if (events.size > capacity) {
				events.delete(events.keys().next().value!);
			}
		}

		return event;
	};
}
