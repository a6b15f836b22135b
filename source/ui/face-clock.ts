import type {Clock} from '../domain/ports.ts';

/** Milliseconds since the epoch that never run backwards, as the engine counts them. */
export const faceClock: Pick<Clock, 'now' | 'after'> = {
	now: () => performance.timeOrigin + performance.now(),
	after(delayMs, callback) {
		const timer = setTimeout(callback, delayMs);
		return () => clearTimeout(timer);
	},
};
