import type {BatchReply, RemoteFile} from '../domain/batch-ports.ts';
import type {CallSignal} from '../domain/ports.ts';
import {readCount, readFile} from './batch-reading.ts';
import {replyFor, replyOf} from './batch-reply.ts';
import type {KeyedClient} from './clients.ts';
import {steadyNow} from './clocks.ts';
import {malformed} from './fault.ts';

/** A file on its way up. */
export type Upload = {
	readonly name: string;
	readonly bytes: number;
	readonly content: AsyncIterable<Uint8Array>;
};

/**
 * Sends a batch file as a form with an exact length, a piece at a time: a form of the SDK's own goes out chunked,
 * which some servers refuse. `idleMs`: the longest silence.
 */
export async function uploadFile(
	{client, key}: KeyedClient,
	{name, bytes, content}: Upload,
	signal: CallSignal,
	idleMs: number,
): Promise<BatchReply<RemoteFile>> {
	// The file is written by others: its lines must not be able to end the form.
	const boundary = `pb-${globalThis.crypto.randomUUID()}`;
	const head = Buffer.from(
		`--${boundary}\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n` +
			`--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${quoted(name)}"\r\n` +
			'content-type: application/jsonl\r\n\r\n',
	);
	const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
	let flaw: string | null = null;
	let sent = 0;

	async function* form(): AsyncGenerator<Uint8Array> {
		yield head;
		try {
			for await (const chunk of content) {
				sent += chunk.length;
				yield chunk;
			}
		} catch (error) {
			flaw = `the file cannot be read: ${error instanceof Error ? error.message : String(error)}`;
			throw error;
		}

		if (sent !== bytes) {
			flaw = `the file has ${sent} bytes in place of ${bytes}`;
			throw new Error(flaw);
		}

		yield tail;
	}

	const headers = {
		'content-type': `multipart/form-data; boundary=${boundary}`,
		'content-length': String(head.length + bytes + tail.length),
	};
	const exchange = await client.exchangeOf(options => client.post('/files', {...options, headers}), {
		body: form(),
		timeoutMs: idleMs,
		isIdleTime: true,
		signal,
	});
	const context = {timeoutMs: idleMs, key};
	if (flaw !== null && exchange.end === 'broken') {
		return {...replyFor(malformed(flaw), exchange, context), maybeDone: false};
	}

	const reply = replyOf(exchange, context, 'a file', body => {
		const file = readFile(body, steadyNow());
		return file && {...file, bytes: readCount(body.bytes) ?? bytes};
	});
	return reply.ok && reply.value.bytes !== bytes
		? replyFor(malformed(`${reply.value.bytes} of ${bytes} bytes arrived`), exchange, context)
		: reply;
}

/** As browsers write a file name into a form (HTML, multipart/form-data encoding). */
function quoted(name: string): string {
	return name.replaceAll(/["\r\n]/g, encodeURIComponent);
}
