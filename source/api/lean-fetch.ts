import {Readable} from 'node:stream';
import type {ReadableStream} from 'node:stream/web';
import type {Dispatcher} from 'undici';
import type {Connections} from './connections.ts';

/** Silence within a download after which it is given up. Until its headers come, the SDK's own timeout holds. */
const idleMs = 120_000;

/**
 * A `fetch` for the SDK over our own connections, for files and batches. Node's own buffers a 200 MB upload whole
 * (265 MB of memory against 103); here bodies are streams both ways. Redirects are not followed.
 */
export function createLeanFetch(connections: Connections): typeof fetch {
	const leanFetch = async (input: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Response> => {
		const {origin, pathname, search} = new URL(input instanceof Request ? input.url : input);
		const {body, contentType} = outgoing(init.body ?? null);
		const headers = new Headers(init.headers);
		if (contentType !== null && !headers.has('content-type')) {
			headers.set('content-type', contentType);
		}

		const answer = await connections.to(origin).request({
			origin,
			path: pathname + search,
			method: (init.method ?? 'GET') as Dispatcher.HttpMethod,
			headers: Object.fromEntries(headers),
			body,
			signal: init.signal ?? null,
			bodyTimeout: idleMs,
		});
		return incoming(answer);
	};

	// The SDK looks here to learn whether FormData can be sent; else it tries by fetching `data:,`.
	return Object.assign(leanFetch, {Response});
}

type ResponseBody = NonNullable<ConstructorParameters<typeof Response>[0]>;

type Outgoing = {
	readonly body: string | Uint8Array | Readable | null;
	readonly contentType: string | null;
};

function outgoing(body: NonNullable<RequestInit['body']> | null): Outgoing {
	if (body === null || typeof body === 'string') {
		return {body, contentType: null};
	}

	if (body instanceof ArrayBuffer) {
		return {body: new Uint8Array(body), contentType: null};
	}

	if (ArrayBuffer.isView(body)) {
		return {body: new Uint8Array(body.buffer, body.byteOffset, body.byteLength), contentType: null};
	}

	if (Symbol.asyncIterator in body && !(body instanceof globalThis.ReadableStream)) {
		return {body: Readable.from(body), contentType: null};
	}

	// FormData, Blob, URLSearchParams and web streams: Response knows how each is written as a stream.
	const written = new Response(body as ResponseBody);
	return {
		body: written.body && Readable.fromWeb(written.body as ReadableStream),
		contentType: written.headers.get('content-type'),
	};
}

function incoming({statusCode, statusText, headers, body}: Dispatcher.ResponseData): Response {
	const names = new Headers();
	for (const [name, value] of Object.entries(headers)) {
		for (const one of [value ?? []].flat()) {
			names.append(name, one);
		}
	}

	// A Response must not have a body with these.
	const bare = statusCode === 204 || statusCode === 205 || statusCode === 304;
	if (bare) {
		body.resume();
	}

	return new Response(bare ? null : (Readable.toWeb(body) as ResponseBody), {
		status: statusCode,
		statusText,
		headers: names,
	});
}
