/** A clock that a test moves by hand. */
export type FakeClock = {
	now(): number;
	after(delayMs: number, callback: () => void): () => void;
	/** Runs what comes due, in order, and ends at the new time. */
	advance(durationMs: number): void;
	/** Lets time pass inside a callback, as blocking work does. */
	block(durationMs: number): void;
};

export function createFakeClock(): FakeClock {
	let now = 1_000_000;
	const timers = new Map<() => void, number>();
	return {
		now: () => now,
		after(delayMs, callback) {
			const timer = (): void => callback();
			timers.set(timer, now + delayMs);
			return () => timers.delete(timer);
		},
		advance(durationMs) {
			const end = now + durationMs;
			for (;;) {
				const next = [...timers].reduce<[() => void, number] | null>(
					(first, timer) => (first && first[1] <= timer[1] ? first : timer),
					null,
				);
				if (!next || next[1] > end) break;
				timers.delete(next[0]);
				now = Math.max(now, next[1]);
				next[0]();
			}

			now = Math.max(now, end);
		},
		block(durationMs) {
			now += durationMs;
		},
	};
}
