import type {BatchReply, BatchTransport, RemoteBatch, RemoteFile} from '../../source/domain/batch-ports.ts';
import type {Failure} from '../../source/domain/failure.ts';
import {type InputLine, okLine, readLine} from './fake-batch-lines.ts';
import type {FakeClock} from './fake-clock.ts';

export type BatchOperation = keyof Omit<BatchTransport, 'close'>;

/** What goes wrong with a call: it answers with a failure, after it was done at the server or not. */
export type BatchFault = {
	readonly failure: Failure;
	readonly hintMs?: number;
	/** What the client can know. */
	readonly maybeDone?: boolean;
	/** The server did what it was asked for all the same. */
	readonly done?: boolean;
	readonly afterMs?: number;
};

/** How a batch ends at the API. Null files: there is none. */
export type FakeEnd = {
	readonly status?: string;
	readonly output?: readonly string[] | null;
	readonly errors?: readonly string[] | null;
	readonly refusals?: RemoteBatch['errors'];
	readonly counts?: RemoteBatch['counts'];
	/** Its files if it is cancelled; by default it has an empty output. */
	readonly cancelled?: {readonly output: readonly string[] | null; readonly errors: readonly string[] | null};
	/** Instead of the time that every batch takes. */
	readonly afterMs?: number;
};

export type FakeBatch = {
	readonly id: string;
	readonly createdAt: number;
	readonly inputFileId: string;
	readonly metadata: {readonly [key: string]: string};
	readonly lines: readonly InputLine[];
	readonly bytes: number;
	readonly end: FakeEnd;
	endsAt: number;
	outputFileId: string | null;
	errorFileId: string | null;
	isCancelled: boolean;
};

export type FakeBatchOptions = {
	/** From creation to the end. @default 60000 */
	readonly runMs?: number;
	/** By operation and how often it was called, from 1. */
	readonly fault?: (operation: BatchOperation, nth: number, subject: string) => BatchFault | null;
	/** How a batch ends; by default every line is answered with status 200. */
	readonly end?: (lines: readonly InputLine[], nth: number, batch: {readonly id: string}) => FakeEnd;
};

export type FakeBatchApi = BatchTransport & {
	readonly files: Map<string, RemoteFile & {readonly content: string}>;
	readonly batches: Map<string, FakeBatch>;
	/** Every call, in order. */
	readonly log: {readonly at: number; readonly operation: BatchOperation; readonly subject: string}[];
	count(operation: BatchOperation): number;
	/** Adds a batch that somebody else created. */
	plant(inputFileId: string, metadata: {readonly [key: string]: string}): FakeBatch;
	/** Batches that have not ended. */
	active(): readonly FakeBatch[];
	/** Called after each creation. */
	onCreated: (batch: FakeBatch) => void;
};

/** The Batch API in memory, at the pace of a clock that the test moves. */
export function createFakeBatchApi(clock: FakeClock, options: FakeBatchOptions = {}): FakeBatchApi {
	const files: FakeBatchApi['files'] = new Map();
	const batches: FakeBatchApi['batches'] = new Map();
	const log: FakeBatchApi['log'] = [];
	let made = 0;

	async function perform<Value>(
		operation: BatchOperation,
		subject: string,
		work: () => Value | Failure | Promise<Value | Failure>,
	): Promise<BatchReply<Value>> {
		log.push({at: clock.now(), operation, subject});
		const fault = options.fault?.(operation, api.count(operation), subject) ?? null;
		await clock.sleep(fault?.afterMs ?? 1);
		const value = fault && !fault.done ? null : await work();
		const failure = fault?.failure ?? (isFailure(value) ? value : null);
		return failure
			? {ok: false, failure, retryHintMs: fault?.hintMs ?? null, maybeDone: fault?.maybeDone ?? false}
			: {ok: true, value: value as Value};
	}

	function addFile(name: string, content: string): RemoteFile {
		const id = `file-${++made}`;
		const file = {id, name, bytes: Buffer.byteLength(content), createdAt: clock.now(), content};
		files.set(id, file);
		return file;
	}

	function plant(inputFileId: string, metadata: FakeBatch['metadata']): FakeBatch {
		const content = files.get(inputFileId)?.content ?? '';
		const lines = content
			.split('\n')
			.filter(Boolean)
			.map(line => JSON.parse(line) as InputLine);
		const id = `batch_${++made}`;
		const end = options.end?.(lines, batches.size + 1, {id}) ?? {};
		const batch: FakeBatch = {
			id,
			createdAt: clock.now(),
			inputFileId,
			metadata,
			lines,
			bytes: Buffer.byteLength(content),
			end,
			endsAt: clock.now() + (end.afterMs ?? options.runMs ?? 60_000),
			outputFileId: null,
			errorFileId: null,
			isCancelled: false,
		};
		batches.set(id, batch);
		return batch;
	}

	function look(batch: FakeBatch): RemoteBatch {
		const {id, createdAt, inputFileId, metadata, end, lines} = batch;
		const hasEnded = clock.now() >= batch.endsAt;
		const status = hasEnded
			? batch.isCancelled
				? 'cancelled'
				: (end.status ?? 'completed')
			: batch.isCancelled
				? 'cancelling'
				: 'in_progress';
		if (hasEnded && status !== 'failed' && batch.outputFileId === null && batch.errorFileId === null) {
			const {cancelled = {output: [], errors: end.errors}} = end;
			const output = batch.isCancelled
				? cancelled.output
				: end.output === undefined
					? lines.map(line => okLine(line))
					: end.output;
			const errors = (batch.isCancelled ? cancelled.errors : end.errors) ?? null;
			batch.outputFileId =
				output && addFile(`${id}-output.jsonl`, output.map(line => `${line}\n`).join('')).id;
			batch.errorFileId =
				errors && addFile(`${id}-errors.jsonl`, errors.map(line => `${line}\n`).join('')).id;
		}

		const total = lines.length;
		const counts = end.counts ?? {total, completed: hasEnded && !batch.isCancelled ? total : 0, failed: 0};
		return {
			id,
			status,
			createdAt,
			expiresAt: createdAt + 86_400_000,
			inputFileId,
			outputFileId: batch.outputFileId,
			errorFileId: batch.errorFileId,
			counts,
			errors: status === 'failed' ? (end.refusals ?? []) : [],
			metadata,
		};
	}

	const api: FakeBatchApi = {
		files,
		batches,
		log,
		plant,
		onCreated() {},
		count: operation => log.filter(entry => entry.operation === operation).length,
		active: () => [...batches.values()].filter(({endsAt}) => clock.now() < endsAt),
		upload: async (_, {name, content}) =>
			perform('upload', name, async () => {
				const chunks: Uint8Array[] = [];
				for await (const chunk of content) {
					chunks.push(chunk);
				}

				return addFile(name, Buffer.concat(chunks).toString());
			}),
		listFiles: async (_, prefix) =>
			perform('listFiles', prefix, () => [...files.values()].filter(({name}) => name.startsWith(prefix))),
		removeFile: async (_, id) =>
			perform('removeFile', id, () => {
				files.delete(id);
				return null;
			}),
		create: async (_, {inputFileId, metadata}) =>
			perform('create', inputFileId, () => {
				const batch = plant(inputFileId, metadata);
				api.onCreated(batch);
				return look(batch);
			}),
		retrieve: async (_, id) =>
			perform('retrieve', id, () => {
				const batch = batches.get(id);
				return batch ? look(batch) : notFound(id);
			}),
		listBatches: async (_, since) =>
			perform('listBatches', String(since), () =>
				[...batches.values()]
					.filter(({createdAt}) => createdAt >= since)
					.toReversed()
					.map(look),
			),
		cancel: async (_, id) =>
			perform('cancel', id, () => {
				const batch = batches.get(id);
				if (!batch || clock.now() >= batch.endsAt) {
					return batch ? conflict(id) : notFound(id);
				}

				batch.isCancelled = true;
				batch.endsAt = clock.now() + 5000;
				return look(batch);
			}),
		download: async (_, id, _endpoint, take, signal) =>
			perform('download', id, async () => {
				const file = files.get(id);
				if (!file) {
					return notFound(id);
				}

				const texts = file.content.split('\n').filter(Boolean);
				for (let at = 0; at < texts.length && !signal.aborted; at += 100) {
					await take(texts.slice(at, at + 100).map(readLine));
				}

				return {lines: texts.length};
			}),
		async close() {},
	};
	return api;
}

export function apiFailure(
	kind: Failure['kind'],
	status: number | null,
	code: string | null = null,
): Failure {
	return {kind, status, code, message: `${kind} said the API`};
}

function notFound(id: string): Failure {
	return apiFailure('not_found', 404, `no ${id}`);
}

function conflict(id: string): Failure {
	return apiFailure('invalid_request', 409, `${id} has ended`);
}

function isFailure(value: unknown): value is Failure {
	return typeof value === 'object' && value !== null && 'kind' in value && 'message' in value;
}
