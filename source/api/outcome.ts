import type {CallOutcome} from '../domain/ports.ts';
import type {Endpoint, JsonObject} from '../domain/request.ts';
import type {Exchange} from './exchange.ts';
import {bodyFault, exchangeFault, type Fault, failureOf, parseBody} from './fault.ts';
import {readRateHeaders} from './rate-headers.ts';
import {redactKey} from './redact.ts';
import {headerOf} from './response-headers.ts';
import {readRetryHintMs} from './retry-hint.ts';

/** What an exchange is judged by besides itself. */
export type Call = {
	readonly endpoint: Endpoint;
	readonly timeoutMs: number;
	/** The key it was sent with: never to be seen in a message. */
	readonly key: string | null;
};

/** The most that is kept of a body that could not be used. */
export const longestRaw = 1_000_000;

/** The outcome of a call. `now` in milliseconds since the epoch. */
export function outcomeOf(arrived: Exchange, call: Call, now: number): CallOutcome {
	// A server may echo the key anywhere: it is taken out before anything is read.
	const exchange = {...arrived, text: redactKey(arrived.text, call.key)};
	const {end, sent, headers} = exchange;
	if (end === 'aborted') {
		return {kind: 'aborted', maybeBilled: sent};
	}

	const broken = exchangeFault(exchange, call.timeoutMs);
	if (broken !== null) {
		return failed(exchange, call, now, broken);
	}

	const text = withoutMark(exchange.text);
	const body = parseBody(text);
	const fault = bodyFault(body, text, call.endpoint);
	if (fault !== null) {
		return failed(exchange, call, now, fault);
	}

	return {
		kind: 'answered',
		raw: onOneLine(text),
		body: body as JsonObject,
		requestId: requestIdOf(exchange, call),
		headers: readRateHeaders(headers),
	};
}

function failed(exchange: Exchange, call: Call, now: number, fault: Fault): CallOutcome {
	const {status, headers, text} = exchange;
	const paidFor = status !== null && status >= 200 && status < 300;
	return {
		kind: 'failed',
		failure: failureOf(fault, status, call.key),
		retryHintMs: readRetryHintMs(headers, now),
		requestId: requestIdOf(exchange, call),
		maybeBilled: fault.maybeBilled,
		raw: paidFor ? text.slice(0, longestRaw) : null,
		headers: readRateHeaders(headers),
	};
}

function requestIdOf({headers}: Exchange, {key}: Call): string | null {
	const id = headerOf(headers, 'x-request-id');
	return id === null ? null : redactKey(id, key).slice(0, 200);
}

function withoutMark(text: string): string {
	return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** JSON has line breaks only between its tokens, where they can go without a trace. */
function onOneLine(json: string): string {
	return /[\r\n]/.test(json) ? json.replaceAll(/[\r\n]\s*/g, '') : json;
}
