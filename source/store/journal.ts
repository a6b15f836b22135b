import {Buffer} from 'node:buffer';
import {closeSync, constants, fchmodSync, fdatasyncSync, fstatSync, openSync, writeSync} from 'node:fs';
import type {Journal} from '../domain/ports.ts';
import {diskError} from './disk-error.ts';
import {createGroupSync, type Fdatasync} from './group-sync.ts';
import {keepPartAside} from './keep-aside.ts';
import {createLineReader} from './line-reader.ts';
import {mendTail} from './mend-tail.ts';
import {privateFile} from './private-mode.ts';

export type JournalOptions = {
	/** What was done about a torn last line, in one sentence. */
	readonly onNotice: (message: string) => void;
	/** Takes the place of the operating system in tests of a disk that refuses. */
	readonly write?: (file: number, bytes: Buffer, start: number, length: number) => number;
	readonly fdatasync?: Fdatasync;
};

const gatherBytes = 1024 * 1024;
const lineBreak = 0x0a;
/** UTF-8 needs at most three bytes for each of a string's units. */
const mostBytesPerUnit = 3;

/**
 * Opens the journal for the holder of the lock, and creates it where it is absent. Lines are gathered in one
 * buffer whose first byte belongs at `base` in the file; the bytes before `written` are in the file already, which
 * matters when the disk took only a part.
 */
export function openJournal(file: string, options: JournalOptions): Journal {
	const {handle, size} = openFile(file, options.onNotice);
	const write = options.write ?? writeSync;
	const groupSync = createGroupSync(handle, size, options.fdatasync);
	const lines = createLineReader(handle);
	let buffer = Buffer.allocUnsafe(gatherBytes);
	let base = size;
	let length = 0;
	let written = 0;
	let closed = false;

	function append(line: string): number {
		const needed = length + line.length * mostBytesPerUnit + 1;
		if (needed > buffer.length) {
			const larger = Buffer.allocUnsafe(Math.max(needed, buffer.length * 2));
			buffer.copy(larger, 0, 0, length);
			buffer = larger;
		}

		const offset = base + length;
		length += buffer.write(line, length);
		buffer[length++] = lineBreak;
		return offset;
	}

	function flush(): void {
		if (length > 0) {
			try {
				while (written < length) {
					written += write(handle, buffer, written, length - written);
				}
			} finally {
				groupSync.wrote(base + written);
			}

			base += length;
			length = 0;
			written = 0;
			if (buffer.length > gatherBytes) {
				buffer = Buffer.allocUnsafe(gatherBytes);
			}
		}

		// The bytes may be gone from the cache without having reached the disk: nothing more may be built on them.
		if (groupSync.error) {
			throw groupSync.error;
		}
	}

	function read(offset: number): string {
		if (offset < base) {
			return lines.read(offset);
		}

		const start = offset - base;
		return buffer.toString('utf8', start, buffer.indexOf(lineBreak, start));
	}

	async function close(): Promise<void> {
		if (closed) {
			return;
		}

		closed = true;
		try {
			await writeLast();
		} catch (error) {
			throw diskError(error, 'write', file);
		} finally {
			closeSync(handle);
		}
	}

	/** A disk that refuses the rest shall still sync what it took before. */
	async function writeLast(): Promise<void> {
		try {
			flush();
		} finally {
			await groupSync.close();
		}
	}

	return {
		get end() {
			return base + length;
		},
		get unsynced() {
			return base + length - groupSync.syncedTo;
		},
		append,
		flush,
		synced: () => groupSync.synced(),
		read,
		close,
	};
}

function openFile(file: string, onNotice: (message: string) => void) {
	const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
	try {
		const handle = openSync(file, flags, privateFile);
		fchmodSync(handle, privateFile);
		const size = mendTail(handle, fstatSync(handle).size, onNotice, torn =>
			keepPartAside(file, torn, 'torn'),
		);
		// What a killed process wrote may still wait in the cache.
		fdatasyncSync(handle);
		return {handle, size};
	} catch (error) {
		throw diskError(error, 'open', file);
	}
}
