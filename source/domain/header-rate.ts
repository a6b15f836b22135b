import type {RateHeaders} from './ports.ts';

/** What a server's `x-ratelimit-*` headers say of one queue's limits. Its word bounds the pace, for as long as it holds. */
export type HeaderRate = {
	requests: Bound;
	tokens: Bound;
	/** Calls that may still start, as far as the last headers tell; Infinity while unknown. */
	room: number;
	roomAt: number;
	/** What comes free with time, in calls a millisecond. */
	refill: number;
	/** From here on what the headers said is over. */
	until: number;
	/** The headers asked for a longer wait than is granted: one call finds out. */
	isTrial: boolean;
	/** The number of the newest call whose headers were read. */
	lastCall: number;
	/** The server took calls that its headers ruled out. */
	isRefuted: boolean;
};

/** What is granted a minute, null while unknown; from which limit that was derived, and when. */
export type Bound = {
	readonly perMinute: number | null;
	readonly limit: number | null;
	readonly seenAt: number;
};

const longestWaitMs = 60_000;
const shortestWaitMs = 100;
const minuteMs = 60_000;
/** A bound above the limit itself shows only while much of the limit is used: it is kept for a while. */
const rememberMs = 120_000;
/** Times are rounded: from fewer calls than this they give no rate. */
const fewUsed = 5;
/** A reset that counts from the newest call wavers with its age: only much more than the limit is another period. */
const muchFaster = 2;
const unknown: Bound = {perMinute: null, limit: null, seenAt: 0};

export function createHeaderRate(): HeaderRate {
	return {
		requests: unknown,
		tokens: unknown,
		room: Number.POSITIVE_INFINITY,
		roomAt: 0,
		refill: 0,
		until: 0,
		isTrial: false,
		lastCall: 0,
		isRefuted: false,
	};
}

/** Null when a call may start, else when to ask again. */
export function headerGate(rate: HeaderRate, now: number): number | null {
	if (rate.room === Number.POSITIVE_INFINITY) {
		return null;
	}

	if (now >= rate.until) {
		// A long wait was cut short: one call goes, and the others wait for what comes of it.
		rate.room = rate.isTrial ? 1 : Number.POSITIVE_INFINITY;
		rate.roomAt = now;
		rate.refill = 0;
		rate.until = now + longestWaitMs;
		return null;
	}

	return headerHold(rate, now);
}

/** Until when the headers hold the queue, as they are known; null when a call may start. */
export function headerHold(rate: HeaderRate, now: number): number | null {
	if (rate.room === Number.POSITIVE_INFINITY || now >= rate.until) {
		return null;
	}

	const room = rate.room + (now - rate.roomAt) * rate.refill;
	if (room >= 1) {
		return null;
	}

	return rate.refill > 0 ? Math.min(rate.until, Math.ceil(now + (1 - room) / rate.refill)) : rate.until;
}

export function noteHeaderStart(rate: HeaderRate): void {
	rate.room -= 1;
}

/**
 * Takes in the headers of a call that was the `call`th of `started` so far. They were made somewhere between its
 * start and now, so all later calls are held not to be counted in them, and what came free since then is added.
 */
export function readHeaders(
	rate: HeaderRate,
	headers: RateHeaders,
	call: number,
	started: number,
	startedAt: number,
	/** When the oldest call of the last minute leaves a sliding window: a reset tells when all of them have. */
	freeAt: number,
	now: number,
): void {
	if (call < rate.lastCall) {
		return;
	}

	rate.lastCall = call;
	const {limitRequests, remainingRequests, resetRequestsMs, limitTokens, remainingTokens, resetTokensMs} =
		headers;
	rate.requests = learnBound(rate.requests, limitRequests, remainingRequests, resetRequestsMs, now);
	rate.tokens = learnBound(rate.tokens, limitTokens, remainingTokens, resetTokensMs, now);
	if (rate.isTrial && startedAt >= rate.roomAt) {
		rate.isRefuted = true;
		rate.isTrial = false;
	}

	const resetMs = waitOf(headers);
	if (rate.isRefuted || (resetMs === null && remainingRequests === null)) {
		rate.room = Number.POSITIVE_INFINITY;
		return;
	}

	// By the limit itself: what comes back faster may come all at once.
	rate.refill = (rate.requests.limit ?? 0) / minuteMs;
	rate.roomAt = now;
	if (resetMs !== null) {
		rate.room = 0;
		rate.refill = 0;
		rate.isTrial = resetMs > longestWaitMs;
		rate.until = Math.min(now + Math.min(resetMs, longestWaitMs), Math.max(now + shortestWaitMs, freeAt));
		return;
	}

	rate.isTrial = false;
	rate.room = (remainingRequests ?? 0) + (now - startedAt) * rate.refill - (started - call);
	rate.until = now + Math.min(resetRequestsMs ?? 1000, longestWaitMs);
}

/** How long nothing is left, by these headers; null when something is. */
function waitOf(headers: RateHeaders): number | null {
	const requests = headers.remainingRequests === 0 ? headers.resetRequestsMs : null;
	const tokens = headers.remainingTokens === 0 ? headers.resetTokensMs : null;
	const waitMs = Math.max(requests ?? 0, tokens ?? 0);
	return waitMs > 0 ? waitMs : null;
}

/**
 * A limit is meant by the minute, unless what was used of it comes back faster than that: some count by the second,
 * and then the limit alone would be far too low.
 */
function learnBound(
	known: Bound,
	limit: number | null,
	remaining: number | null,
	resetMs: number | null,
	now: number,
): Bound {
	if (limit === null || limit <= 0) {
		return unknown;
	}

	const used = remaining === null ? 0 : limit - remaining;
	const faster = resetMs !== null && resetMs > 0 && used >= fewUsed ? (used * minuteMs) / resetMs : 0;
	const perMinute = faster > muchFaster * limit ? faster : limit;
	const isKept =
		known.limit === limit && perMinute < (known.perMinute ?? 0) && now < known.seenAt + rememberMs;
	return isKept ? known : {perMinute, limit, seenAt: now};
}
