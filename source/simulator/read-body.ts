import type {IncomingMessage} from 'node:http';
import type {JsonObject} from '../domain/request.ts';
import type {ApiError} from './api-error.ts';
import {invalidRequest} from './api-error.ts';
import {asObject, parseJson} from './json-value.ts';

const maxBodyBytes = 32 * 1024 * 1024;

export type ReadBody =
	| {readonly kind: 'object'; readonly body: JsonObject}
	| {readonly kind: 'bad'; readonly error: ApiError}
	/** The client went before it had sent everything. */
	| {readonly kind: 'gone'};

/** By events, as an async iterator costs a plain call a fifth of its time. */
export function readJsonBody(request: IncomingMessage): Promise<ReadBody> {
	return new Promise(resolve => {
		const chunks: Buffer[] = [];
		let bytes = 0;
		request.on('data', (chunk: Buffer) => {
			bytes += chunk.length;
			if (bytes <= maxBodyBytes) {
				chunks.push(chunk);
			}
		});
		request.on('end', () => resolve(bytes > maxBodyBytes ? tooLarge() : parseBody(chunks)));
		request.on('error', () => resolve({kind: 'gone'}));
		request.on('close', () => resolve({kind: 'gone'}));
	});
}

function parseBody(chunks: readonly Buffer[]): ReadBody {
	const text = (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString('utf8');
	const body = asObject(parseJson(text));
	if (body) {
		return {kind: 'object', body};
	}

	const message =
		"We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)";
	return {kind: 'bad', error: invalidRequest(message)};
}

function tooLarge(): ReadBody {
	const message = `The request body is larger than the limit of ${maxBodyBytes} bytes.`;
	return {kind: 'bad', error: invalidRequest(message, null, 'request_too_large', 413)};
}
