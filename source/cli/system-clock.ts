import type {Clock} from '../domain/ports.ts';

/**
 * The wall clock as it stood at the start, moved on by the monotonic one: a clock that is set back an hour must
 * not make every backoff an hour longer.
 */
export const systemClock: Clock = {
	now: () => Math.round(performance.timeOrigin + performance.now()),
	after(delayMs, callback) {
		// Longer timers overflow and fire at once; whoever waits looks at the clock again anyway.
		const timer = setTimeout(callback, Math.min(delayMs, 2 ** 31 - 1));
		return () => clearTimeout(timer);
	},
	soon(callback) {
		setImmediate(callback);
	},
};
