import type {ServerResponse} from 'node:http';
import type {ApiError} from './api-error.ts';

export type Headers = {readonly [name: string]: string};

const json = 'application/json';

/** A length is sent always: without one Node answers in chunks, which costs more. */
export function sendText(
	response: ServerResponse,
	status: number,
	text: string,
	headers: Headers = {},
	type = json,
): void {
	if (response.destroyed || response.headersSent) {
		return;
	}

	response.writeHead(status, {'content-type': type, 'content-length': Buffer.byteLength(text), ...headers});
	response.end(text);
}

export function sendJson(response: ServerResponse, status: number, value: unknown, headers?: Headers): void {
	sendText(response, status, JSON.stringify(value), headers);
}

export function sendError(response: ServerResponse, {status, error}: ApiError, headers?: Headers): void {
	sendJson(response, status, {error}, headers);
}
