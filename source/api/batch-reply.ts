import type {BatchReply} from '../domain/batch-ports.ts';
import type {JsonObject} from '../domain/request.ts';
import {steadyNow} from './clocks.ts';
import type {Exchange} from './exchange.ts';
import {exchangeFault, type Fault, failureOf, malformed, objectFault, parseBody} from './fault.ts';
import {redactKey} from './redact.ts';
import {readRetryHintMs} from './retry-hint.ts';

export type Failed = Extract<BatchReply<never>, {ok: false}>;

/** What a reply is judged by besides the exchange. */
export type ReplyContext = {
	readonly timeoutMs: number;
	/** The key it was sent with: never to be seen in a message. */
	readonly key: string | null;
};

/** Reads a reply that has to be a JSON object; `read` gives null when it is not what was asked for (`what`). */
export function replyOf<Value>(
	arrived: Exchange,
	context: ReplyContext,
	what: string,
	read: (body: JsonObject) => Value | null,
): BatchReply<Value> {
	// A server may echo the key anywhere: it is taken out before anything is read.
	const exchange = {...arrived, text: redactKey(arrived.text, context.key)};
	const broken = failedReply(exchange, context);
	if (broken !== null) {
		return broken;
	}

	const body = parseBody(exchange.text);
	const fault = objectFault(body, exchange.text);
	if (fault !== null) {
		return replyFor(fault, exchange, context);
	}

	const value = read(body as JsonObject);
	return value === null
		? replyFor(malformed(`not ${what}: ${exchange.text}`), exchange, context)
		: {ok: true, value};
}

/** The failure when no whole answer with status 2xx came, or null. */
export function failedReply(exchange: Exchange, context: ReplyContext): Failed | null {
	const fault: Fault | null =
		exchange.end === 'aborted'
			? // Ours to do again, and nothing that could be held against the batch.
				{kind: 'network', message: 'ended before it was finished', maybeBilled: false}
			: exchangeFault(exchange, context.timeoutMs);
	return fault === null ? null : replyFor(fault, exchange, context);
}

export function replyFor(fault: Fault, exchange: Exchange, {key}: ReplyContext): Failed {
	return {
		ok: false,
		failure: failureOf(fault, exchange.status, key),
		retryHintMs: readRetryHintMs(exchange.headers, steadyNow()),
		maybeDone: maybeDone(exchange),
	};
}

/** A refusal (3xx, 4xx) did nothing; 408 and 409 are not sure of it. */
function maybeDone({sent, status}: Exchange): boolean {
	return sent && (status === null || status < 300 || status >= 500 || status === 408 || status === 409);
}
