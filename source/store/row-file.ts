import {Buffer} from 'node:buffer';
import {closeSync, fdatasync, openSync, renameSync, rmSync, writeSync} from 'node:fs';
import {promisify} from 'node:util';
import {createFlags, temporaryPath} from './durable-write.ts';
import {privateFile} from './private-mode.ts';

/** A large file that is written line by line, and takes its name only when it is whole. */
export type RowFile = {
	write(line: string): void;
	/** Puts everything on the disk, still under the temporary name, and closes it. */
	sync(): Promise<void>;
	/** Takes the place of the old file, here or under another name. The caller syncs the folder. */
	place(as?: string): void;
	/** Removes what was written; nothing once it is placed. */
	discard(): Promise<void>;
};

const gatherChars = 64 * 1024;
/** The disk is kept busy meanwhile, so that the last sync is short. */
const syncEveryBytes = 64 * 1024 * 1024;

const syncFile = promisify(fdatasync);

export function createRowFile(file: string): RowFile {
	const temporary = temporaryPath(file);
	rmSync(temporary, {force: true});
	const handle = openSync(temporary, createFlags, privateFile);
	let isOpen = true;
	let isPlaced = false;
	let gathered = '';
	let unsyncedBytes = 0;
	let syncing: Promise<void> = Promise.resolve();

	function flush(): void {
		const bytes = Buffer.from(gathered);
		gathered = '';
		for (let written = 0; written < bytes.length; ) {
			written += writeSync(handle, bytes, written);
		}

		unsyncedBytes += bytes.length;
		if (unsyncedBytes > syncEveryBytes) {
			unsyncedBytes = 0;
			// What goes wrong here goes wrong again at the last sync, and is told there.
			syncing = syncing.then(async () => syncFile(handle)).catch(() => {});
		}
	}

	function close(): void {
		if (isOpen) {
			isOpen = false;
			closeSync(handle);
		}
	}

	return {
		write(line) {
			gathered += line;
			if (gathered.length > gatherChars) {
				flush();
			}
		},
		async sync() {
			flush();
			await syncing;
			await syncFile(handle);
			close();
		},
		place(as = file) {
			renameSync(temporary, as);
			isPlaced = true;
		},
		async discard() {
			if (!isPlaced) {
				rmSync(temporary, {force: true});
				await syncing;
				close();
			}
		},
	};
}
