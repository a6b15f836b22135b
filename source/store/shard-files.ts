import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import {closeSync, constants, fdatasync, openSync, renameSync, rmSync, statSync, writeSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import type {ShardFiles, ShardWriter} from '../domain/batch-ports.ts';
import {createFlags, syncFolder, temporaryPath} from './durable-write.ts';
import {makePrivateFolder, privateFile} from './private-mode.ts';
import {readPieces} from './read-pieces.ts';

const gatherChars = 256 * 1024;
const asideFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;

const syncFile = promisify(fdatasync);

/** The files of shards, `shard-0001.jsonl` and so on, in a folder that is created when the first is begun. */
export function createShardFiles(folder: string): ShardFiles {
	const fileOf = (shard: number) => path.join(folder, `${shardName(shard)}.jsonl`);

	return {
		begin(shard) {
			makePrivateFolder(folder);
			return createShardWriter(fileOf(shard));
		},
		size: shard => statSync(fileOf(shard), {throwIfNoEntry: false})?.size ?? null,
		read: shard => readPieces(fileOf(shard)),
		async digest(shard) {
			const hash = createHash('sha256');
			let bytes = 0;
			try {
				for await (const chunk of readPieces(fileOf(shard))) {
					hash.update(chunk);
					bytes += chunk.length;
				}
			} catch {
				// Whatever keeps it from being read keeps it from being uploaded.
				return null;
			}

			return {bytes, sha256: hash.digest('hex')};
		},
		keepAside(shard, lines, isFirst) {
			makePrivateFolder(folder);
			const flags = isFirst ? asideFlags | constants.O_TRUNC : asideFlags;
			const handle = openSync(path.join(folder, `${shardName(shard)}.aside.jsonl`), flags, privateFile);
			try {
				writeAll(handle, Buffer.from(lines.map(line => `${line}\n`).join('')));
			} finally {
				closeSync(handle);
			}
		},
		async remove(shard) {
			await rm(fileOf(shard), {force: true});
		},
	};
}

/** The number of the shard that a name is of; null for any other name, and for what was kept aside of it. */
export function shardOfFile(name: string): number | null {
	const number = /^shard-(\d{4,})\.jsonl$/.exec(name)?.[1];
	return number === undefined ? null : Number(number);
}

function shardName(shard: number): string {
	return `shard-${String(shard).padStart(4, '0')}`;
}

/** Hashes while it writes, so that a file of 200 MB is neither held in memory nor read again. */
function createShardWriter(file: string): ShardWriter {
	const temporary = temporaryPath(file);
	rmSync(temporary, {force: true});
	const handle = openSync(temporary, createFlags, privateFile);
	const hash = createHash('sha256');
	let gathered: string[] = [];
	let gatheredChars = 0;
	let bytes = 0;
	let lines = 0;
	let isOpen = true;

	function flush(): void {
		const chunk = Buffer.from(gathered.join(''));
		gathered = [];
		gatheredChars = 0;
		hash.update(chunk);
		writeAll(handle, chunk);
	}

	function close(): void {
		if (isOpen) {
			isOpen = false;
			closeSync(handle);
		}
	}

	return {
		append(line) {
			gathered.push(line, '\n');
			gatheredChars += line.length + 1;
			bytes += Buffer.byteLength(line) + 1;
			lines++;
			if (gatheredChars > gatherChars) {
				flush();
			}
		},
		get bytes() {
			return bytes;
		},
		get lines() {
			return lines;
		},
		async finish() {
			flush();
			await syncFile(handle);
			close();
			renameSync(temporary, file);
			await syncFolder(path.dirname(file));
			return {bytes, sha256: hash.digest('hex')};
		},
		async discard() {
			close();
			await rm(temporary, {force: true});
		},
	};
}

function writeAll(handle: number, bytes: Buffer): void {
	for (let written = 0; written < bytes.length; ) {
		written += writeSync(handle, bytes, written);
	}
}
