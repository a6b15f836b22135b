/** Something that is out and must end some time. */
export type Overdue = {
	readonly timeoutMs: number;
	/** Its time is up. */
	expire(): void;
	/** Everything ends now. */
	abort(): void;
};

/** Watches all calls in flight with one timer: a timer and an AbortController for each cost more than the call. */
export type Deadlines = {
	watch(call: Overdue): void;
	forget(call: Overdue): void;
	abortAll(): void;
};

const sweepMs = 100;

/**
 * A sweep that comes late (the process was stopped, the laptop slept, the event loop stalled) counts as this much
 * at most, and ends nothing: the answers may be waiting in the sockets, and they are read before the next one.
 */
const longestStepMs = 1000;
const lateMs = 3 * sweepMs;

/** Deadlines are kept to within 100 ms, never early. */
export function createDeadlines(now: () => number = () => performance.now()): Deadlines {
	const deadlines = new Map<Overdue, number>();
	let timer: NodeJS.Timeout | null = null;
	/** Runs like `now` while the process runs, and stands still with it. */
	let runningMs = 0;
	let lastSweep = 0;
	let wasLate = false;

	function sweep(): void {
		// Once: a loop that is always late shall not keep a call for ever.
		wasLate = now() - lastSweep > lateMs && !wasLate;
		advance();
		if (wasLate) {
			return;
		}

		for (const [call, deadline] of deadlines) {
			if (deadline <= runningMs) {
				call.expire();
			}
		}
	}

	function advance(): void {
		const at = now();
		runningMs += Math.min(at - lastSweep, longestStepMs);
		lastSweep = at;
	}

	return {
		watch(call) {
			if (timer === null) {
				lastSweep = now();
				timer = setInterval(sweep, sweepMs);
			}

			deadlines.set(call, runningMs + (now() - lastSweep) + call.timeoutMs);
		},
		forget(call) {
			deadlines.delete(call);
			if (deadlines.size === 0 && timer !== null) {
				clearInterval(timer);
				timer = null;
			}
		},
		abortAll() {
			for (const call of [...deadlines.keys()]) {
				call.abort();
			}
		},
	};
}
