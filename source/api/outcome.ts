import type {FailureKind} from '../domain/failure.ts';
import type {CallOutcome} from '../domain/ports.ts';
import type {Endpoint} from '../domain/request.ts';
import {isObject, shapeFlaw} from './answer-shape.ts';
import {type ErrorBody, readErrorBody} from './error-body.ts';
import {errorKind, namedKind} from './error-kind.ts';
import type {Exchange} from './exchange.ts';
import {describeBody, failureMessage} from './failure-message.ts';
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
const longestRaw = 1_000_000;

/** The outcome of a call. `now` in milliseconds since the epoch. */
export function outcomeOf(arrived: Exchange, call: Call, now: number): CallOutcome {
	// A server may echo the key anywhere: it is taken out before anything is read.
	const exchange = {...arrived, text: redactKey(arrived.text, call.key)};
	const {end, status, sent} = exchange;
	if (end === 'aborted') {
		return {kind: 'aborted', maybeBilled: sent};
	}

	if (end === 'expired') {
		const message = status === null ? 'no answer' : 'no complete answer';
		// What never got through to a server is the network's fault and costs a wait, not a retry.
		return failed(exchange, call, now, {
			kind: sent ? 'timeout' : 'network',
			message: `${message} within ${call.timeoutMs / 1000} s`,
			maybeBilled: sent,
		});
	}

	if (status === null) {
		return brokenBeforeStatus(exchange, call, now);
	}

	return status >= 200 && status < 300 ? judge2xx(exchange, call, now) : refused(exchange, status, call, now);
}

function brokenBeforeStatus(exchange: Exchange, call: Call, now: number): CallOutcome {
	const {error, sent} = exchange;
	return failed(exchange, call, now, {
		// An answer that is no HTTP came from somewhere: the network works.
		kind: error?.name === 'HTTPParserError' ? 'malformed' : 'network',
		message: describeError(error),
		maybeBilled: sent,
	});
}

function judge2xx(exchange: Exchange, call: Call, now: number): CallOutcome {
	const text = withoutMark(exchange.text);
	const malformed = (message: string) =>
		failed(exchange, call, now, {kind: 'malformed', message, maybeBilled: true});
	if (exchange.end === 'broken') {
		return malformed(`the answer was cut short: ${describeError(exchange.error)}`);
	}

	const body = parse(text);
	if (body === undefined) {
		return malformed(`not JSON: ${describeBody(text)}`);
	}

	if (!isObject(body)) {
		return malformed(`not a JSON object: ${text}`);
	}

	// Some gateways, and the responses endpoint with `status: failed`, report an error under status 200.
	if (body.error != null) {
		const {code, type, message} = readErrorBody(body);
		const kind = namedKind(code, type) ?? (body.status === 'failed' ? 'server' : 'malformed');
		return failed(exchange, call, now, {kind, code, message: message ?? text, maybeBilled: true});
	}

	const flaw = shapeFlaw(call.endpoint, body);
	if (flaw !== null) {
		return malformed(flaw);
	}

	return {
		kind: 'answered',
		raw: onOneLine(text),
		body,
		requestId: requestIdOf(exchange, call),
		headers: readRateHeaders(exchange.headers),
	};
}

function refused(exchange: Exchange, status: number, call: Call, now: number): CallOutcome {
	const {text} = exchange;
	const parsed = parse(text);
	const {code, type, message}: ErrorBody = readErrorBody(parsed);
	return failed(exchange, call, now, {
		kind: errorKind(status, code, type),
		code,
		message: status < 400 ? redirectMessage(exchange) : (message ?? `HTTP ${status}: ${describeBody(text)}`),
		maybeBilled: gaveUpWaiting.has(status),
	});
}

/** Here a proxy in front of the server stopped waiting for its answer: a timeout, seen by someone else. */
const gaveUpWaiting: ReadonlySet<number> = new Set([504, 524]);

function redirectMessage({status, headers}: Exchange): string {
	const target = headerOf(headers, 'location') ?? 'nowhere';
	return `HTTP ${status}: redirects are not followed, since the key would travel along; the server points to ${target}`;
}

type Fault = {
	readonly kind: FailureKind;
	readonly code?: string | null;
	readonly message: string;
	readonly maybeBilled: boolean;
};

function failed(exchange: Exchange, call: Call, now: number, fault: Fault): CallOutcome {
	const {status, headers, text} = exchange;
	const {kind, code = null, maybeBilled} = fault;
	const paidFor = status !== null && status >= 200 && status < 300;
	return {
		kind: 'failed',
		failure: {kind, status, code, message: failureMessage(fault.message, call.key)},
		retryHintMs: readRetryHintMs(headers, now),
		requestId: requestIdOf(exchange, call),
		maybeBilled,
		raw: paidFor ? text.slice(0, longestRaw) : null,
		headers: readRateHeaders(headers),
	};
}

function requestIdOf({headers}: Exchange, {key}: Call): string | null {
	const id = headerOf(headers, 'x-request-id');
	return id === null ? null : redactKey(id, key).slice(0, 200);
}

/** Connecting to both addresses of a name gives an AggregateError without a message of its own. */
function describeError(error: Error | null): string {
	const inner = error instanceof AggregateError ? (error.errors[0] as Error | undefined) : error;
	const cause = inner?.cause instanceof Error ? `: ${inner.cause.message}` : '';
	return `${inner?.message || 'connection failed'}${cause}`;
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function withoutMark(text: string): string {
	return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** JSON has line breaks only between its tokens, where they can go without a trace. */
function onOneLine(json: string): string {
	return /[\r\n]/.test(json) ? json.replaceAll(/[\r\n]\s*/g, '') : json;
}
