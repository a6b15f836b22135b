import {Buffer} from 'node:buffer';
import {closeSync, openSync, readSync} from 'node:fs';

/** Reads single lines of a file by their byte offset. */
export type LineReader = {
	/** The line that begins at an offset, without its line break. */
	read(offset: number): string;
};

const blockBytes = 64 * 1024;
const blockCount = 32;
const lineBreak = 0x0a;

type Block = {readonly bytes: Buffer; length: number};

/**
 * The file may grow meanwhile, so a block remembers how many bytes it had when it was read, and is read again when
 * more are wanted. Lines that finished about the same time lie close together: a few blocks serve an export.
 */
export function createLineReader(file: number): LineReader {
	const blocks = new Map<number, Block>();

	function blockAt(number: number, wanted: number): Block {
		let block = blocks.get(number);
		if (!block) {
			block = {bytes: takeBuffer(), length: 0};
		} else if (block.length >= wanted) {
			return block;
		}

		block.length = readFully(file, block.bytes, number * blockBytes);
		blocks.delete(number);
		blocks.set(number, block);
		return block;
	}

	/** The oldest block makes room. */
	function takeBuffer(): Buffer {
		const oldest = blocks.size < blockCount ? undefined : blocks.entries().next().value;
		if (!oldest) {
			return Buffer.allocUnsafe(blockBytes);
		}

		blocks.delete(oldest[0]);
		return oldest[1].bytes;
	}

	function read(offset: number): string {
		const pieces: Buffer[] = [];
		for (let position = offset; ; ) {
			const number = Math.floor(position / blockBytes);
			const start = position - number * blockBytes;
			let block = blockAt(number, start + 1);
			let end = lineEnd(block, start);
			if (end < 0 && block.length < blockBytes) {
				block = blockAt(number, block.length + 1);
				end = lineEnd(block, start);
			}

			if (end >= 0 && pieces.length === 0) {
				return block.bytes.toString('utf8', start, end);
			}

			// A copy: the block may be given to another part of the file before the line is whole.
			pieces.push(Buffer.from(block.bytes.subarray(start, end < 0 ? block.length : end)));
			if (end >= 0 || block.length < blockBytes) {
				return Buffer.concat(pieces).toString('utf8');
			}

			position += block.length - start;
		}
	}

	return {read};
}

function lineEnd({bytes, length}: Block, start: number): number {
	const end = bytes.indexOf(lineBreak, start);
	return end < length ? end : -1;
}

/** For looking at a journal that another process may be writing. */
export function openLineReader(file: string): LineReader & {close(): void} {
	const handle = openSync(file, 'r');
	return {...createLineReader(handle), close: () => closeSync(handle)};
}

/** As many bytes as the file has from `position` on, up to the buffer's size. */
export function readFully(file: number, buffer: Buffer, position: number): number {
	let length = 0;
	while (length < buffer.length) {
		const count = readSync(file, buffer, length, buffer.length - length, position + length);
		if (count === 0) {
			break;
		}

		length += count;
	}

	return length;
}
