import type {BatchLine} from '../domain/batch-ports.ts';
import type {FailureKind} from '../domain/failure.ts';
import type {Endpoint, JsonObject} from '../domain/request.ts';
import {isObject} from './answer-shape.ts';
import {readErrorBody} from './error-body.ts';
import {errorKind, namedKind} from './error-kind.ts';
import {describeBody} from './failure-message.ts';
import {bodyFault, type Fault, failureOf, parseBody} from './fault.ts';
import {longestRaw} from './outcome.ts';
import {redactKey} from './redact.ts';

/**
 * Reads a line of an output or error file. Which of the two it came from says nothing: gateways put refusals into
 * the output (reference/api.md 1.5). `key`: what the batch was sent with, never to be seen in a message.
 */
export function readBatchLine(received: string, endpoint: Endpoint, key: string | null): BatchLine {
	const text = redactKey(received, key);
	const line = parseBody(text);
	if (!isObject(line) || typeof line.custom_id !== 'string') {
		return {text, customId: null, outcome: null};
	}

	const response = isObject(line.response) ? line.response : null;
	const requestId = typeof response?.request_id === 'string' ? response.request_id.slice(0, 200) : null;
	const status = readStatus(response?.status_code);
	const body = response?.body;
	const raw = jsonOf(body);
	const fault = lineFault(line, response, {status, body, raw, endpoint});
	if (fault === null) {
		const outcome = {
			kind: 'answered',
			raw: raw ?? '',
			body: body as JsonObject,
			requestId,
			headers: null,
		} as const;
		return {text, customId: line.custom_id, outcome};
	}

	const outcome = {
		kind: 'failed',
		failure: failureOf(fault, status, key),
		retryHintMs: null,
		requestId,
		maybeBilled: fault.maybeBilled,
		raw: fault.maybeBilled && raw ? raw.slice(0, longestRaw) : null,
		headers: null,
	} as const;
	return {text, customId: line.custom_id, outcome};
}

type ResponsePart = {
	readonly status: number | null;
	readonly body: unknown;
	/** Null where the body cannot be written again. */
	readonly raw: string | null;
	readonly endpoint: Endpoint;
};

/** What keeps a line from being an answer, or null. */
function lineFault(line: JsonObject, response: JsonObject | null, part: ResponsePart): Fault | null {
	const {status, body, raw, endpoint} = part;
	const isGood = status !== null && status >= 200 && status < 300;
	if (line.error != null) {
		return {...reportedFault(line.error, status), maybeBilled: isGood};
	}

	if (response === null) {
		return {kind: 'malformed', message: 'neither a response nor an error', maybeBilled: true};
	}

	if (isGood && raw === null) {
		return {kind: 'malformed', message: 'the body is nested too deeply', maybeBilled: true};
	}

	if (isGood) {
		return bodyFault(body, raw ?? '', endpoint);
	}

	if (isObject(body) && body.error != null) {
		return {...reportedFault(body.error, status), maybeBilled: false};
	}

	return status === null
		? // Seen as `status_code: 0` in batches that count no failure.
			{kind: 'server', message: `no status: ${describeBody(raw ?? '')}`, maybeBilled: true}
		: {...reportedFault(body, status), maybeBilled: false};
}

/** The API's own words for lines that never ran, as the window closed or a person ended the batch. */
const neverRan: ReadonlySet<string> = new Set([
	'batch_expired',
	'batch_cancelled',
	'batch_canceled',
	'request_cancelled',
	'cancelled',
	'canceled',
]);

function reportedFault(error: unknown, status: number | null): Omit<Fault, 'maybeBilled'> {
	const {code, type, message} = readErrorBody(isObject(error) ? {error} : error);
	const numeric = isObject(error) ? readStatus(error.code) : null;
	return {
		kind: neverRan.has(code?.toLowerCase() ?? '') ? 'expired' : reportedKind(code, type, status ?? numeric),
		code,
		message: message ?? (describeBody(jsonOf(error) ?? '') || 'no reason was given'),
	};
}

/** Without a status an unknown word is taken for the server's own trouble: it is tried again, and not for ever. */
function reportedKind(code: string | null, type: string | null, status: number | null): FailureKind {
	if (status !== null && (status < 200 || status >= 300)) {
		return errorKind(status, code, type);
	}

	const isInvalid = [code, type].includes('invalid_request_error') || code === 'invalid_request';
	return namedKind(code, type) ?? (isInvalid ? 'invalid_request' : 'server');
}

/** Some servers write it as a text; 0 and the like are none. */
function readStatus(value: unknown): number | null {
	const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
	return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status < 600
		? status
		: null;
}

/** Empty for nothing. Null when it is nested too deeply: it can be read from JSON, but not written. */
function jsonOf(value: unknown): string | null {
	try {
		return JSON.stringify(value) ?? '';
	} catch {
		return null;
	}
}
