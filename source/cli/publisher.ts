import type {Clock} from '../domain/ports.ts';

/** Tells the faces that there is something new, at most five times a second, and once a second for the clocks. */
export type Publisher = {
	change(): void;
	publishNow(): void;
	subscribe(listener: () => void): () => void;
	/** Grows with every publication. */
	version(): number;
	/** A last publication, then silence. */
	stop(): void;
};

const quickestMs = 200;
const slowestMs = 1000;

export function createPublisher(clock: Clock): Publisher {
	const listeners = new Set<() => void>();
	let version = 1;
	let publishedAt = Number.NEGATIVE_INFINITY;
	let dueAt = Number.POSITIVE_INFINITY;
	let cancel = () => {};
	let stopped = false;

	function publish(): void {
		cancel();
		dueAt = Number.POSITIVE_INFINITY;
		publishedAt = clock.now();
		version++;
		for (const listener of listeners) {
			listener();
		}

		schedule(slowestMs);
	}

	function schedule(afterMs: number): void {
		const at = publishedAt + afterMs;
		if (!stopped && at < dueAt) {
			cancel();
			dueAt = at;
			cancel = clock.after(Math.max(0, at - clock.now()), publish);
		}
	}

	return {
		change: () => schedule(quickestMs),
		publishNow: publish,
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		version: () => version,
		stop() {
			stopped = true;
			publish();
		},
	};
}
