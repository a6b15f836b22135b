import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import path from 'node:path';
import {UserError} from '../domain/user-error.ts';

/** A file for `inputs/`. Contents are read in order, each to its end before the next is asked for. */
export type InputFile = {
	readonly name: string;
	readonly content: string | Buffer | AsyncIterable<Buffer>;
	/** The file that it is a copy of, byte by byte, where nobody but the requests reads it. */
	readonly path?: string;
};

/** Random access to a file that does not change. */
export type ByteSource = {
	/** Bytes. */
	readonly size: number;
	/** The bytes may be shared with a cache: not to be written to. */
	read(position: number, length: number): Buffer;
	close(): void;
};

/** The prepared inputs of a run, wherever they are. */
export type InputFolder = {bytes(name: string): ByteSource};

/** The `inputs/` of a run directory. */
export function inputFolder(directory: string): InputFolder {
	return {
		bytes: name => {
			try {
				return openBytes(path.join(directory, name));
			} catch (error) {
				throw new UserError(
					`${path.join(directory, name)} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
					'It belongs to the run: bring it back from a copy of the run directory.',
				);
			}
		},
	};
}

const blockBytes = 64 * 1024;
const mostBlocks = 16;

/**
 * A file through a cache of a few blocks: requests are mostly expanded in order, several queues side by side.
 */
export function openBytes(filePath: string): ByteSource {
	const descriptor = openSync(filePath, 'r');
	const {size} = fstatSync(descriptor);
	// In order of use: the first is the one to give up.
	const blocks = new Map<number, Buffer>();

	const readBlock = (number: number): Buffer => {
		const known = blocks.get(number);
		if (known) {
			blocks.delete(number);
			blocks.set(number, known);
			return known;
		}

		if (blocks.size >= mostBlocks) {
			blocks.delete(blocks.keys().next().value!);
		}

		const position = number * blockBytes;
		const block = Buffer.allocUnsafeSlow(Math.min(blockBytes, size - position));
		readFully(descriptor, block, position);
		blocks.set(number, block);
		return block;
	};

	return {
		size,
		read(position, length) {
			const number = Math.floor(position / blockBytes);
			const start = position - number * blockBytes;
			if (start + length <= blockBytes && position + length <= size) {
				return readBlock(number).subarray(start, start + length);
			}

			const bytes = Buffer.allocUnsafe(length);
			readFully(descriptor, bytes, position);
			return bytes;
		},
		close: () => closeSync(descriptor),
	};
}

function readFully(descriptor: number, into: Buffer, position: number): void {
	let filled = 0;
	while (filled < into.length) {
		const read = readSync(descriptor, into, filled, into.length - filled, position + filled);
		if (read === 0) {
			throw new Error('a file of the run ends before its time');
		}

		filled += read;
	}
}
