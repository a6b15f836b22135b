import {Buffer} from 'node:buffer';
import {readSync} from 'node:fs';

const chunkBytes = 1024 * 1024;
const lineBreak = 0x0a;

/**
 * Reads an open file in pieces that begin with a line, and returns the offset behind its last whole line. `take` is
 * lent some bytes and where they stand, and says how many of them are whole lines.
 */
export function readPiecesOfLines(
	file: number,
	from: number,
	take: (piece: Buffer, offset: number) => number,
): number {
	let chunk = Buffer.allocUnsafe(chunkBytes);
	let length = 0;
	let offset = from;
	for (;;) {
		if (length === chunk.length) {
			chunk = Buffer.concat([chunk, Buffer.allocUnsafe(chunk.length)]);
		}

		const count = readSync(file, chunk, length, chunk.length - length, offset + length);
		if (count === 0) {
			return offset;
		}

		length += count;
		const taken = take(chunk.subarray(0, length), offset);
		chunk.copyWithin(0, taken, length);
		offset += taken;
		length -= taken;
	}
}

/** The same line by line, each without its line break. The bytes are only lent. */
export function readLines(
	file: number,
	from: number,
	onLine: (line: Buffer, offset: number) => void,
): number {
	return readPiecesOfLines(file, from, (piece, offset) => {
		let start = 0;
		for (let end = piece.indexOf(lineBreak); end >= 0; end = piece.indexOf(lineBreak, start)) {
			onLine(piece.subarray(start, end), offset + start);
			start = end + 1;
		}

		return start;
	});
}
