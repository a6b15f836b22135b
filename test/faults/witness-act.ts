import http, {type IncomingHttpHeaders, type ServerResponse} from 'node:http';
import {buffer} from 'node:stream/consumers';
import {setTimeout as delay} from 'node:timers/promises';
import type {Call} from './witness.ts';

export type Reply = {
	readonly status: number;
	/** The reason of the status line. */
	readonly reason?: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
};

type OwnReply = {
	readonly status: number;
	readonly reason?: string;
	readonly headers?: {readonly [name: string]: string};
	/** An object is sent as JSON. */
	readonly body?: string | Buffer | object;
};

/** What the witness does with a call instead of passing it on. */
export type Act =
	/** The API never sees it: this is the answer. */
	| ({readonly act: 'answer'} & OwnReply)
	/** The API does it, and the program reads this of it. */
	| ({readonly act: 'instead'} & OwnReply)
	/** The API's answer, changed. */
	| {readonly act: 'edit'; readonly edit: (answer: Reply) => Partial<Reply>}
	/** The API does it; the line breaks after so many bytes of the answer's body, or before its head. */
	| {readonly act: 'cut'; readonly afterBytes?: number}
	/** The API does it; after so many bytes of the body, or before the head, nothing comes any more. */
	| {readonly act: 'hang'; readonly afterBytes?: number}
	/** The API does it; its answer comes so many bytes at a time. */
	| {readonly act: 'drip'; readonly bytes: number; readonly everyMs: number}
	/** The API never sees it: the line breaks. */
	| {readonly act: 'refuse'};

type Serving = {
	readonly call: Call;
	readonly target: string;
	readonly response: ServerResponse;
	readonly note: (more: Partial<Call>) => void;
};

/** Undefined: the call is passed on, and its answer back. */
export async function answerWith(act: Act | undefined, serving: Serving): Promise<void> {
	const {response, note} = serving;
	if (act?.act === 'refuse') {
		response.destroy();
		return;
	}

	if (act?.act === 'answer') {
		await send(ownReply(act), serving);
		return;
	}

	const answered = await pass(serving);
	note({answered});
	switch (act?.act) {
		case undefined:
			await send(answered, serving);
			break;
		case 'instead':
			await send(ownReply(act), serving);
			break;
		case 'edit': {
			const edited = {...answered, ...act.edit(answered)};
			await send(
				{...edited, headers: {...edited.headers, 'content-length': String(edited.body.length)}},
				serving,
			);
			break;
		}

		case 'drip':
			await send(answered, serving, act);
			break;
		case 'cut':
		case 'hang':
			begin(answered, act.afterBytes, serving);
			if (act.act === 'cut') {
				// What was written is to leave first.
				await delay(20);
				response.destroy();
			}

			break;
		default:
			throw new Error(`not an act: ${JSON.stringify(act satisfies never)}`);
	}
}

/** The API's whole answer. */
async function pass({call, target}: Serving): Promise<Reply> {
	const {hostname, port} = new URL(target);
	const {method, path, headers, body} = call;
	return new Promise((resolve, reject) => {
		const onward = http.request({hostname, port, path, method, headers, agent: false}, answer => {
			buffer(answer).then(
				whole =>
					resolve({
						status: answer.statusCode ?? 502,
						headers: withoutFraming(answer.headers, whole),
						body: whole,
					}),
				reject,
			);
		});
		onward.once('error', reject);
		onward.end(body);
	});
}

/** The answer is sent whole, whatever way it came. */
function withoutFraming(headers: IncomingHttpHeaders, body: Buffer): IncomingHttpHeaders {
	const {'transfer-encoding': _, connection: __, 'keep-alive': ___, ...rest} = headers;
	return {...rest, 'content-length': String(body.length)};
}

function ownReply({status, reason, headers = {}, body = ''}: OwnReply): Reply {
	const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
	const bytes = Buffer.from(isRaw ? body : JSON.stringify(body));
	const type = isRaw ? 'text/plain' : 'application/json';
	const all = {'content-type': type, 'content-length': String(bytes.length), ...headers};
	return {status, ...(reason !== undefined && {reason}), headers: all, body: bytes};
}

async function send(
	reply: Reply,
	{response, note}: Serving,
	pace = {bytes: Infinity, everyMs: 0},
): Promise<void> {
	note({sent: reply});
	writeHead(reply, response);
	let from = 0;
	for (; from + pace.bytes < reply.body.length && !response.destroyed; from += pace.bytes) {
		response.write(reply.body.subarray(from, from + pace.bytes));
		await delay(pace.everyMs);
	}

	response.end(reply.body.subarray(from));
}

function begin(reply: Reply, afterBytes: number | undefined, {response, note}: Serving): void {
	if (afterBytes !== undefined) {
		note({sent: reply});
		writeHead(reply, response);
		response.flushHeaders();
		response.write(reply.body.subarray(0, afterBytes));
	}
}

function writeHead({status, reason, headers}: Reply, response: ServerResponse): void {
	response.writeHead(status, reason ?? http.STATUS_CODES[status], headers);
}
