import type {BatchCounts} from './batch.ts';
import type {Failure} from './failure.ts';
import type {CallOutcome} from './ports.ts';
import type {Endpoint} from './request.ts';

/** What a call about files or batches came to. Never a throw for what a server or a network can do. */
export type BatchReply<Value> =
	| {readonly ok: true; readonly value: Value}
	| {
			readonly ok: false;
			readonly failure: Failure;
			readonly retryHintMs: number | null;
			/** The request had gone out: the server may have done what it was asked for. */
			readonly maybeDone: boolean;
	  };

/** Where a call goes: the key may differ by model. */
export type BatchTarget = {readonly provider: string; readonly model: string};

export type RemoteFile = {
	readonly id: string;
	readonly name: string;
	readonly bytes: number;
	/** Ms since the epoch. */
	readonly createdAt: number;
};

/** A batch as the API tells it, in one shape: statuses in lower case, empty file ids as null, times in ms. */
export type RemoteBatch = {
	readonly id: string;
	readonly status: string;
	readonly createdAt: number;
	readonly expiresAt: number | null;
	readonly inputFileId: string | null;
	readonly outputFileId: string | null;
	readonly errorFileId: string | null;
	/** Null where the API leaves them out. */
	readonly counts: BatchCounts | null;
	/** Why it failed as a whole. `line` counts from 1. */
	readonly errors: readonly {
		readonly code: string | null;
		readonly message: string;
		readonly line: number | null;
	}[];
	readonly metadata: {readonly [key: string]: string};
};

/** One line of an output or error file. */
export type BatchLine = {
	/** As received, without its line break. */
	readonly text: string;
	/** Null when the line is not the JSON object of a batch: it is garbled. */
	readonly customId: string | null;
	/** What the direct lane would have made of the same answer. Null when the line is garbled. */
	readonly outcome: Exclude<CallOutcome, {kind: 'aborted'}> | null;
};

/** The batch lane's way out. One attempt each: retries and waiting are the engine's. */
export type BatchTransport = {
	/**
	 * Streams a file with its content length (purpose `batch`); the content is read once. A piece of it need not
	 * outlive the next but one: readers use their buffers again.
	 */
	upload(
		target: BatchTarget,
		file: {readonly name: string; readonly bytes: number; readonly content: AsyncIterable<Uint8Array>},
		signal: AbortSignal,
	): Promise<BatchReply<RemoteFile>>;
	/** Files of purpose `batch` whose name begins with `prefix`. */
	listFiles(target: BatchTarget, prefix: string): Promise<BatchReply<readonly RemoteFile[]>>;
	/** A file that is gone already counts as removed. */
	removeFile(target: BatchTarget, fileId: string): Promise<BatchReply<null>>;
	create(
		target: BatchTarget,
		batch: {
			readonly inputFileId: string;
			readonly endpoint: Endpoint;
			readonly metadata: {readonly [key: string]: string};
		},
	): Promise<BatchReply<RemoteBatch>>;
	retrieve(target: BatchTarget, batchId: string): Promise<BatchReply<RemoteBatch>>;
	/** Batches created at or after `since` (ms), newest first, over all pages. */
	listBatches(target: BatchTarget, since: number): Promise<BatchReply<readonly RemoteBatch[]>>;
	cancel(target: BatchTarget, batchId: string): Promise<BatchReply<RemoteBatch>>;
	/**
	 * Streams a result file line by line, blank ones left out; some lines at a time, and no more are read before the
	 * promise of `take` resolves.
	 */
	download(
		target: BatchTarget,
		fileId: string,
		endpoint: Endpoint,
		take: (lines: readonly BatchLine[]) => Promise<void>,
		signal: AbortSignal,
	): Promise<BatchReply<{readonly lines: number}>>;
	close(): Promise<void>;
};

/** The local files of shards: `batches/` of the run directory. */
export type ShardFiles = {
	/** Begins the file of a shard; it appears under its name only when it is finished and on the disk. */
	begin(shard: number): ShardWriter;
	/** Null when it is not there; else its size. */
	size(shard: number): number | null;
	/** A piece lasts until the next but one is asked for. */
	read(shard: number): AsyncIterable<Uint8Array>;
	/** Reads the whole file: its size and its hash in hex. Null when it is not there. */
	digest(shard: number): Promise<{readonly bytes: number; readonly sha256: string} | null>;
	/**
	 * Puts lines that belong to no request beside it: `shard-0001.aside.jsonl`. They are never removed. `isFirst`: of a
	 * collection that begins again, and will come by those of the one before.
	 */
	keepAside(shard: number, lines: readonly string[], isFirst: boolean): void;
	/** Missing is fine. */
	remove(shard: number): Promise<void>;
};

export type ShardWriter = {
	/** Adds a line, without its line break. */
	append(line: string): void;
	readonly bytes: number;
	readonly lines: number;
	/** Writes what was gathered, syncs and renames. Throws when the disk refuses. */
	finish(): Promise<{readonly bytes: number; readonly sha256: string}>;
	discard(): Promise<void>;
};
