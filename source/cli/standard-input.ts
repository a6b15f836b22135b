import {
	closeSync,
	createReadStream,
	createWriteStream,
	mkdtempSync,
	openSync,
	readSync,
	rmSync,
	statSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {pipeline} from 'node:stream/promises';
import {isatty} from 'node:tty';
import type {StdinFile} from '../spec/spec-files.ts';

/** Asked once and no more: what came in is gone from the pipe then. */
let spooled: Promise<string | null> | null = null;

/**
 * What comes in through stdin, as a file of our own for as long as the process lives: rows are read more than once.
 * Null when it is a terminal, or when nothing comes.
 */
export async function standardInput(): Promise<StdinFile | null> {
	spooled ??= spool();
	const file = await spooled;
	return file === null ? null : {path: file, ending: endingOf(file)};
}

async function spool(): Promise<string | null> {
	// Asked of the descriptor: process.stdin of a worker knows of no terminal.
	if (isatty(0)) {
		return null;
	}

	const folder = mkdtempSync(path.join(os.tmpdir(), 'promptbatch-stdin-'));
	process.once('exit', () => rmSync(folder, {recursive: true, force: true}));
	const file = path.join(folder, 'stdin');
	const input = createReadStream('', {fd: 0, autoClose: false});
	await pipeline(input, createWriteStream(file, {mode: 0o600})).catch((error: NodeJS.ErrnoException) => {
		// A closed stdin, or a folder in its place.
		if (error.code !== 'EBADF' && error.code !== 'EISDIR' && error.code !== 'EOF') {
			throw error;
		}
	});
	const {size} = statSync(file, {throwIfNoEntry: false}) ?? {size: 0};
	return size === 0 ? null : file;
}

const sniffedBytes = 4096;

/** An object, or an array of bytes that no text begins with; anything else is a table. */
function endingOf(file: string): StdinFile['ending'] {
	const start = Buffer.alloc(sniffedBytes);
	const descriptor = openSync(file, 'r');
	const length = readSync(descriptor, start, 0, sniffedBytes, 0);
	closeSync(descriptor);
	const text = start.toString('utf8', 0, length);
	if (text.startsWith('PAR1')) {
		return '.parquet';
	}

	return text
		.replace(/^\uFEFF/, '')
		.trimStart()
		.startsWith('{')
		? '.jsonl'
		: '.csv';
}
