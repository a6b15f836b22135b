import {randomBytes} from 'node:crypto';
import {readdirSync, rmSync} from 'node:fs';
import type {FileHandle} from 'node:fs/promises';
import {open, rename, rm} from 'node:fs/promises';
import path from 'node:path';
import type {StateFolder} from './state-folder.ts';

export type StoredFile = {
	readonly id: string;
	readonly bytes: number;
	readonly filename: string;
	readonly purpose: string;
	/** Unique, so that the order of the list is. */
	readonly createdAtMs: number;
	readonly expiresAtMs: number | null;
};

export type FileFacts = Pick<StoredFile, 'filename' | 'purpose'> & {
	/** Milliseconds from now; null: never. */
	readonly expiresAfterMs: number | null;
};

/** A file that is being written; nobody sees it before it is kept. */
export type FileDraft = {
	readonly bytes: number;
	readonly write: (bytes: Buffer) => Promise<void>;
	readonly keep: (facts: FileFacts) => Promise<StoredFile>;
	readonly discard: () => Promise<void>;
};

/** Uploaded and produced files: contents on the disk always, as one may have 200 MB. */
export type FileStore = {
	/** Oldest first. */
	readonly list: () => readonly StoredFile[];
	readonly get: (id: string) => StoredFile | null;
	readonly path: (id: string) => string;
	/** With a name of its own a file that is made again, as after a kill, takes the place of the first. */
	readonly draft: (name?: string) => Promise<FileDraft>;
	readonly remove: (id: string) => void;
};

const records = 'files';

export function openFileStore(state: StateFolder): FileStore {
	const loaded = state.loadRecords(records) as readonly StoredFile[];
	const files = new Map(
		[...loaded].sort((a, b) => a.createdAtMs - b.createdAtMs).map(file => [file.id, file] as const),
	);
	let newestMs = Math.max(0, ...loaded.map(({createdAtMs}) => createdAtMs));
	const contents = (id: string) => path.join(state.folder(records), `${id}.data`);
	if (state.persistent) {
		dropStrays(state.folder(records), files);
	}

	return {
		list: () => [...files.values()],
		get: id => files.get(id) ?? null,
		path: contents,
		async draft(name = randomBytes(12).toString('hex')) {
			const id = `file-${name}`;
			const draftPath = `${contents(id)}.part`;
			const handle = await open(draftPath, 'wx', 0o600);
			let bytes = 0;
			return {
				get bytes() {
					return bytes;
				},
				async write(piece) {
					await writeAll(handle, piece);
					bytes += piece.length;
				},
				async keep({expiresAfterMs, ...facts}) {
					await handle.close();
					await rename(draftPath, contents(id));
					newestMs = Math.max(Date.now(), newestMs + 1);
					const expiresAtMs = expiresAfterMs === null ? null : newestMs + expiresAfterMs;
					const file = {id, bytes, ...facts, createdAtMs: newestMs, expiresAtMs};
					state.saveRecord(records, id, file);
					files.delete(id);
					files.set(id, file);
					return file;
				},
				async discard() {
					await handle.close();
					await rm(draftPath, {force: true});
				},
			};
		},
		remove(id) {
			files.delete(id);
			state.removeRecord(records, id);
			rmSync(contents(id), {force: true});
		},
	};
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
	for (let at = 0; at < bytes.length; ) {
		const {bytesWritten} = await handle.write(bytes, at);
		at += bytesWritten;
	}
}

/** What a kill left half written. */
function dropStrays(folder: string, files: ReadonlyMap<string, StoredFile>): void {
	for (const name of readdirSync(folder)) {
		if (!files.has(name.split('.')[0]!)) {
			rmSync(path.join(folder, name), {force: true});
		}
	}
}
