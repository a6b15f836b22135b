import type {RunEvent} from '../domain/event.ts';

/**
 * Tells listeners of facts once the journal has them: who is told of a result may count on it, and a kill or a full
 * disk may come between a fact and its line.
 */
export type Announcer = {
	listen(listener: (event: RunEvent) => void): void;
	keep(event: RunEvent): void;
	/** What was kept is written. */
	announce(): void;
};

export function createAnnouncer(): Announcer {
	const listeners = new Set<(event: RunEvent) => void>();
	const kept: RunEvent[] = [];
	return {
		listen: listener => void listeners.add(listener),
		keep: event => void kept.push(event),
		announce() {
			for (const event of kept.splice(0)) {
				for (const listener of listeners) {
					listener(event);
				}
			}
		},
	};
}
