import {onTestFinished} from 'vitest';
import {type BatchTransportOptions, createBatchTransport} from '../../source/api/batch-transport.ts';
import type {BatchLine, BatchReply, BatchTransport} from '../../source/domain/batch-ports.ts';
import {testKey} from './direct-call.ts';

export const target = {provider: 'openai', model: 'gpt-4o-mini'} as const;
export const never = new AbortController().signal;

/** A transport to one server; it is closed with the test. */
export function batchTransportTo(
	origin: string,
	options: Partial<BatchTransportOptions> = {},
): BatchTransport {
	const transport = createBatchTransport({
		providers: [{name: 'openai', baseUrl: `${origin}/v1`, keyFor: () => testKey}],
		connections: 8,
		...options,
	});
	onTestFinished(() => transport.close());
	return transport;
}

/** The value of a reply, which has to be one. */
export function granted<Value>(reply: BatchReply<Value>): Value {
	if (!reply.ok) {
		throw new Error(`expected a value, got ${JSON.stringify(reply)}`);
	}

	return reply.value;
}

/** A file of `text` as the transport takes it. */
export function fileOf(name: string, text: string | Buffer) {
	const bytes = Buffer.from(text);
	return {
		name,
		bytes: bytes.length,
		async *content(): AsyncGenerator<Uint8Array> {
			for (let from = 0; from < bytes.length; from += 65_536) {
				yield bytes.subarray(from, from + 65_536);
			}
		},
	};
}

export async function upload(transport: BatchTransport, name: string, text: string | Buffer, signal = never) {
	const {content, ...file} = fileOf(name, text);
	return transport.upload(target, {...file, content: content()}, signal);
}

/** Downloads a file; the lines gather in `lines`. */
export async function download(transport: BatchTransport, fileId = 'file-1', signal = never) {
	const lines: BatchLine[] = [];
	const reply = await transport.download(
		target,
		fileId,
		'chat',
		async some => {
			lines.push(...some);
		},
		signal,
	);
	return {reply, lines};
}
