import type {Failure, FailureKind} from '../domain/failure.ts';
import {deepestNesting, isNestedTooDeeply} from '../domain/nesting.ts';
import type {Endpoint} from '../domain/request.ts';
import {isObject, shapeFlaw} from './answer-shape.ts';
import {readErrorBody} from './error-body.ts';
import {errorKind, namedKind} from './error-kind.ts';
import type {Exchange} from './exchange.ts';
import {describeBody, failureMessage} from './failure-message.ts';
import {headerOf} from './response-headers.ts';

/** What is wrong with what came back. */
export type Fault = {
	readonly kind: FailureKind;
	readonly code?: string | null;
	readonly message: string;
	readonly maybeBilled: boolean;
};

/** What kept an exchange from a whole answer with status 2xx, or null. An abort is for the caller to tell. */
export function exchangeFault(exchange: Exchange, timeoutMs: number): Fault | null {
	const {end, status, sent, error} = exchange;
	if (end === 'expired') {
		const message = status === null ? 'no answer' : 'no complete answer';
		// What never got through to a server is the network's fault and costs a wait, not a retry.
		return {
			kind: sent ? 'timeout' : 'network',
			message: `${message} within ${timeoutMs / 1000} s`,
			maybeBilled: sent,
		};
	}

	if (status === null) {
		return {
			// An answer that is no HTTP came from somewhere: the network works.
			kind: error?.name === 'HTTPParserError' ? 'malformed' : 'network',
			message: describeError(error),
			maybeBilled: sent,
		};
	}

	if (status < 200 || status >= 300) {
		return refusal(exchange, status);
	}

	return end === 'broken' ? malformed(`the answer was cut short: ${describeError(error)}`) : null;
}

/** What keeps the body of a 2xx answer from being one of its endpoint, or null. `text`: the body as it came. */
export function bodyFault(body: unknown, text: string, endpoint: Endpoint): Fault | null {
	const fault = objectFault(body, text);
	if (fault !== null) {
		return fault;
	}

	const flaw = isObject(body) ? shapeFlaw(endpoint, body) : null;
	return flaw === null ? null : malformed(flaw);
}

/** What keeps a 2xx body from being an object without an error, or null. `undefined`: it could not be parsed. */
export function objectFault(body: unknown, text: string): Fault | null {
	if (body === undefined) {
		return malformed(`not JSON: ${describeBody(text)}`);
	}

	if (isNestedTooDeeply(body)) {
		return malformed(`the answer is nested more than ${deepestNesting} levels deep`);
	}

	if (!isObject(body)) {
		return malformed(`not a JSON object: ${text}`);
	}

	// Some gateways, and the responses endpoint with `status: failed`, report an error under status 200.
	if (body.error != null) {
		const {code, type, message} = readErrorBody(body);
		const kind = namedKind(code, type) ?? (body.status === 'failed' ? 'server' : 'malformed');
		return {kind, code, message: message ?? text, maybeBilled: true};
	}

	return null;
}

/** `key`: what it was sent with, never to be seen in a message. */
export function failureOf(
	{kind, code = null, message}: Fault,
	status: number | null,
	key: string | null,
): Failure {
	return {kind, status, code, message: failureMessage(message, key)};
}

export function malformed(message: string): Fault {
	return {kind: 'malformed', message, maybeBilled: true};
}

/** Undefined when it is not JSON. A byte order mark is passed over. */
export function parseBody(text: string): unknown {
	try {
		return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
	} catch {
		return undefined;
	}
}

function refusal(exchange: Exchange, status: number): Fault {
	const {text} = exchange;
	const {code, type, message} = readErrorBody(parseBody(text));
	return {
		kind: errorKind(status, code, type),
		code,
		message: status < 400 ? redirectMessage(exchange) : (message ?? `HTTP ${status}: ${describeBody(text)}`),
		maybeBilled: gaveUpWaiting.has(status),
	};
}

/** Here a proxy in front of the server stopped waiting for its answer: a timeout, seen by someone else. */
const gaveUpWaiting: ReadonlySet<number> = new Set([504, 524]);

function redirectMessage({status, headers}: Exchange): string {
	const target = headerOf(headers, 'location') ?? 'nowhere';
	return `HTTP ${status}: redirects are not followed, since the key would travel along; the server points to ${target}`;
}

/** Connecting to both addresses of a name gives an AggregateError without a message of its own. */
function describeError(error: Error | null): string {
	const inner = error instanceof AggregateError ? (error.errors[0] as Error | undefined) : error;
	const cause = inner?.cause instanceof Error ? `: ${inner.cause.message}` : '';
	return `${inner?.message || 'connection failed'}${cause}`;
}
