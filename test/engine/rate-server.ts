import type {RateHeaders} from '../../source/domain/ports.ts';
import {createRateWindow} from '../../source/simulator/rate-window.ts';

/** A server's hidden limit: lets a call in, or not. */
export type Limiter = (now: number) => boolean;

/** So many calls in any 60 s. */
export function slidingWindow(perMinute: number): Limiter {
	const window = createRateWindow({requests: perMinute, tokens: null});
	return now => window.admit(0, now) === null;
}

/** A bucket of `burst` calls that fills evenly; with a small one, an even pace (GCRA). */
export function tokenBucket(perMinute: number, burst: number): Limiter {
	let level = burst;
	let at = 0;
	return now => {
		level = Math.min(burst, level + (Math.max(0, now - at) * perMinute) / 60_000);
		at = now;
		if (level < 1) {
			return false;
		}

		level -= 1;
		return true;
	};
}

export const noHeaders: RateHeaders = {
	limitRequests: null,
	remainingRequests: null,
	resetRequestsMs: null,
	limitTokens: null,
	remainingTokens: null,
	resetTokensMs: null,
};
