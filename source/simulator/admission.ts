import type {ApiError} from './api-error.ts';
import {keyRevoked, quotaExhausted, rateLimited} from './api-error.ts';
import type {Simulator} from './exchange.ts';
import type {RateRefusal} from './rate-window.ts';
import type {Headers} from './reply.ts';

/** Counts a request of any kind; the error once the key is revoked. */
export function admitRequest({script, seen}: Simulator): ApiError | null {
	seen.requests++;
	return script.authAfter !== null && seen.requests > script.authAfter ? keyRevoked : null;
}

/** Counts what costs money, model calls and batch creations; the error once the quota is used up. */
export function admitPaidCall({script, seen}: Simulator): ApiError | null {
	seen.paidCalls++;
	return script.quotaAfter !== null && seen.paidCalls > script.quotaAfter ? quotaExhausted : null;
}

export type Refusal = {readonly error: ApiError; readonly headers: Headers};

/** Lets a model call into the 60 s window, or says how long to wait. */
export function admitToWindow({window}: Simulator, promptTokens: number, nowMs: number): Refusal | null {
	const refusal = window.admit(promptTokens, nowMs);
	return refusal
		? {error: describe(refusal), headers: {...waitHeaders(refusal), ...window.headers(nowMs)}}
		: null;
}

function describe({what, limit, waitMs}: RateRefusal): ApiError {
	const message = `Rate limit reached on ${what} per min: Limit ${limit}. Please try again in ${Math.ceil(waitMs)}ms.`;
	return rateLimited(what, message);
}

function waitHeaders({waitMs}: RateRefusal): Headers {
	return {
		'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))),
		'retry-after-ms': String(Math.ceil(waitMs)),
	};
}

/** `retry-after` knows whole seconds only; the milliseconds go beside it where they differ. */
export function retryAfterHeaders(retryAfterMs: number | null): Headers {
	if (retryAfterMs === null) {
		return {};
	}

	const seconds = Math.ceil(retryAfterMs / 1000);
	return {
		'retry-after': String(seconds),
		...(seconds * 1000 !== retryAfterMs && {'retry-after-ms': String(retryAfterMs)}),
	};
}
