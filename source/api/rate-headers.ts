import type {RateHeaders} from '../domain/ports.ts';
import {headerOf, type ResponseHeaders} from './response-headers.ts';

/** Reads OpenAI's `x-ratelimit-{limit,remaining,reset}-{requests,tokens}`. Null when none of them is there. */
export function readRateHeaders(headers: ResponseHeaders): RateHeaders | null {
	const requests = readDimension(headers, 'requests');
	const tokens = readDimension(headers, 'tokens');
	if (requests === null && tokens === null) {
		return null;
	}

	return {
		limitRequests: requests?.limit ?? null,
		remainingRequests: requests?.remaining ?? null,
		resetRequestsMs: requests?.resetMs ?? null,
		limitTokens: tokens?.limit ?? null,
		remainingTokens: tokens?.remaining ?? null,
		resetTokensMs: tokens?.resetMs ?? null,
	};
}

type Dimension = {
	readonly limit: number | null;
	readonly remaining: number | null;
	readonly resetMs: number | null;
};

function readDimension(headers: ResponseHeaders, name: 'requests' | 'tokens'): Dimension | null {
	const limit = headerOf(headers, `x-ratelimit-limit-${name}`);
	const remaining = headerOf(headers, `x-ratelimit-remaining-${name}`);
	const reset = headerOf(headers, `x-ratelimit-reset-${name}`);
	if (limit === null && remaining === null && reset === null) {
		return null;
	}

	// Gateways that do not know a limit send 0 or -1, and then a remaining 0 that would hold the queue for good.
	const count = readCount(limit);
	return limit !== null && !count
		? null
		: {limit: count, remaining: readCount(remaining), resetMs: reset === null ? null : readDurationMs(reset)};
}

function readCount(text: string | null): number | null {
	return text !== null && /^\d{1,15}$/.test(text.trim()) ? Number(text) : null;
}

const unitsMs: {readonly [unit: string]: number} = {
	h: 3_600_000,
	m: 60_000,
	s: 1000,
	ms: 1,
	us: 1e-3,
	µs: 1e-3,
	ns: 1e-6,
};

/**
 * A duration as Go prints it (time.Duration.String): `6m0s`, `1h2m3s`, `12ms`, `1.5s`. A bare number is seconds
 * (Azure). Null for anything else, also for a bare number too large to be a duration: some send a time of day.
 */
export function readDurationMs(text: string): number | null {
	const trimmed = text.trim();
	if (/^\d+(?:\.\d+)?$/.test(trimmed)) {
		const seconds = Number(trimmed);
		return seconds <= 86_400 ? seconds * 1000 : null;
	}

	if (!/^(?:\d+(?:\.\d+)?(?:ms|us|µs|ns|h|m|s))+$/.test(trimmed)) {
		return null;
	}

	let totalMs = 0;
	for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|us|µs|ns|h|m|s)/g)) {
		totalMs += Number(amount) * unitsMs[unit!]!;
	}

	return totalMs;
}
