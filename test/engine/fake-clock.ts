import type {Clock} from '../../source/domain/ports.ts';

export type FakeClock = Clock & {
	/** Lets everything that is due happen, moving time on from timer to timer, until `end` or nothing is left. */
	runUntil(done: () => boolean, limitMs?: number): Promise<void>;
	sleep(delayMs: number): Promise<void>;
};

/** Time that moves only when a test says so; promises settle in between as they would. */
export function createFakeClock(start = 1_000_000): FakeClock {
	let now = start;
	let timers: {readonly at: number; readonly callback: () => void}[] = [];
	const after = (delayMs: number, callback: () => void) => {
		const timer = {at: now + Math.max(0, delayMs), callback};
		timers.push(timer);
		return () => {
			timers = timers.filter(other => other !== timer);
		};
	};

	return {
		now: () => now,
		after,
		soon: callback => setImmediate(callback),
		async sleep(delayMs) {
			return new Promise(resolve => {
				after(delayMs, resolve);
			});
		},
		async runUntil(done, limitMs = 3_600_000) {
			const end = now + limitMs;
			for (;;) {
				await settle();
				if (done()) {
					return;
				}

				const [next] = timers.toSorted((one, other) => one.at - other.at);
				if (!next || next.at > end) {
					throw new Error(`nothing more happens at ${now - start} ms`);
				}

				timers = timers.filter(timer => timer !== next);
				now = Math.max(now, next.at);
				next.callback();
			}
		},
	};
}

/** Turns of the real event loop, for promises and `soon`. */
async function settle(): Promise<void> {
	for (let turn = 0; turn < 6; turn++) {
		await new Promise(resolve => setImmediate(resolve));
	}
}
