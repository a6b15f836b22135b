import type {APIPromise} from 'openai';
import type {BatchReply, BatchTarget, BatchTransport, RemoteBatch} from '../domain/batch-ports.ts';
import type {Endpoint, JsonObject} from '../domain/request.ts';
import {downloadLines} from './batch-download.ts';
import {gatherPages, readPage} from './batch-pages.ts';
import {readBatch, readFile} from './batch-reading.ts';
import {failedReply, replyOf} from './batch-reply.ts';
import {uploadFile} from './batch-upload.ts';
import {type ClientsOptions, createClients, type KeyedClient} from './clients.ts';
import {serverAheadMs, steadyNow} from './clocks.ts';
import type {Exchange} from './exchange.ts';
import type {LeanClient, SdkOptions} from './lean-client.ts';
import type {ResponseHeaders} from './response-headers.ts';

export type BatchTransportOptions = ClientsOptions & {
	/** For a call with a small answer, from start to end. */
	readonly callTimeoutMs?: number;
	/** The longest silence within an upload or a download, which themselves take as long as they take. */
	readonly idleMs?: number;
};

const batchEndpoints = {
	chat: '/v1/chat/completions',
	completions: '/v1/completions',
	responses: '/v1/responses',
	embeddings: '/v1/embeddings',
	moderations: '/v1/moderations',
} as const satisfies {readonly [endpoint in Endpoint]: string};

const filesPerPage = 10_000;
const batchesPerPage = 100;

/** The batch lane's way out: each call is tried once, and what came of it is told as it is on the direct lane. */
export function createBatchTransport(options: BatchTransportOptions): BatchTransport {
	const {callTimeoutMs = 60_000, idleMs = 180_000, ...rest} = options;
	const clients = createClients(rest);
	const closing = new AbortController();

	const clientOf = ({provider, model}: BatchTarget): KeyedClient => clients.of(provider, model);

	async function send(
		{client}: KeyedClient,
		ask: (client: LeanClient, options: SdkOptions) => APIPromise<unknown>,
	): Promise<Exchange> {
		const {signal} = closing;
		return client.exchangeOf(sdkOptions => ask(client, sdkOptions), {timeoutMs: callTimeoutMs, signal});
	}

	async function call<Value>(
		target: BatchTarget,
		what: string,
		read: (body: JsonObject, key: string | null, headers: ResponseHeaders) => Value | null,
		ask: (client: LeanClient, options: SdkOptions) => APIPromise<unknown>,
	): Promise<BatchReply<Value>> {
		const keyed = clientOf(target);
		const context = {timeoutMs: callTimeoutMs, key: keyed.key};
		const exchange = await send(keyed, ask);
		return replyOf(exchange, context, what, body => read(body, keyed.key, exchange.headers));
	}

	const callBatch = (
		target: BatchTarget,
		ask: (client: LeanClient, options: SdkOptions) => APIPromise<unknown>,
	): Promise<BatchReply<RemoteBatch>> =>
		call(
			target,
			'a batch',
			(body, key, headers) => {
				const batch = readBatch(body, key, steadyNow());
				return batch && byOurClock(batch, serverAheadMs(headers, steadyNow()));
			},
			ask,
		);

	return {
		upload: (target, file, signal) =>
			uploadFile(clientOf(target), file, AbortSignal.any([signal, closing.signal]), idleMs),
		async listFiles(target, prefix) {
			const reply = await gatherPages(
				async cursor =>
					call(target, 'a list of files', readPage, (client, sdkOptions) =>
						client.files.list({purpose: 'batch', limit: filesPerPage, ...cursor}, sdkOptions),
					),
				item => readFile(item, steadyNow()),
				() => false,
			);
			return reply.ok ? {ok: true, value: reply.value.filter(({name}) => name.startsWith(prefix))} : reply;
		},
		async removeFile(target, fileId) {
			const keyed = clientOf(target);
			const context = {timeoutMs: callTimeoutMs, key: keyed.key};
			const exchange = await send(keyed, (client, sdkOptions) => client.files.delete(fileId, sdkOptions));
			if (exchange.end === 'complete' && exchange.status === 404) {
				return {ok: true, value: null};
			}

			const isSilent = exchange.text.trim() === '' && failedReply(exchange, context) === null;
			const reply = isSilent ? null : replyOf(exchange, context, 'a deletion', body => body);
			return reply === null || reply.ok ? {ok: true, value: null} : reply;
		},
		create: (target, {inputFileId, endpoint, metadata}) =>
			callBatch(target, (client, sdkOptions) =>
				client.batches.create(
					{
						input_file_id: inputFileId,
						endpoint: batchEndpoints[endpoint],
						completion_window: '24h',
						metadata: {...metadata},
					},
					sdkOptions,
				),
			),
		retrieve: (target, batchId) =>
			callBatch(target, (client, sdkOptions) => client.batches.retrieve(batchId, sdkOptions)),
		async listBatches(target, since) {
			const {key} = clientOf(target);
			const reply = await gatherPages(
				async cursor =>
					call(target, 'a list of batches', readPage, (client, sdkOptions) =>
						client.batches.list({limit: batchesPerPage, ...cursor}, sdkOptions),
					),
				item => readBatch(item, key, steadyNow()),
				page => isOlder(page, since),
			);
			return reply.ok
				? {
						ok: true,
						value: reply.value
							.filter(({createdAt}) => createdAt >= since)
							.sort((one, other) => other.createdAt - one.createdAt),
					}
				: reply;
		},
		cancel: (target, batchId) =>
			callBatch(target, (client, sdkOptions) => client.batches.cancel(batchId, sdkOptions)),
		download: (target, fileId, endpoint, take, signal) =>
			downloadLines(
				clientOf(target),
				{fileId, endpoint, take},
				AbortSignal.any([signal, closing.signal]),
				idleMs,
			),
		async close() {
			closing.abort();
			await clients.close();
		},
	};
}

/** Its age and the time that it has left are told by our clock, which may be wrong by a day. */
function byOurClock(batch: RemoteBatch, aheadMs: number): RemoteBatch {
	const {createdAt, expiresAt} = batch;
	return {...batch, createdAt: createdAt - aheadMs, expiresAt: expiresAt && expiresAt - aheadMs};
}

/** Newest first is how the API lists them, but nowhere promised: a page in another order says nothing of the next. */
function isOlder(page: readonly RemoteBatch[], since: number): boolean {
	const isNewestFirst = page.every(
		({createdAt}, position) => position === 0 || createdAt <= page[position - 1]!.createdAt,
	);
	const last = page.at(-1);
	return isNewestFirst && last !== undefined && last.createdAt < since;
}
