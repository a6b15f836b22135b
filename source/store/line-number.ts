import {Buffer} from 'node:buffer';
import {closeSync, openSync} from 'node:fs';
import {readFully} from './line-reader.ts';

const stepBytes = 1024 * 1024;
const lineBreak = 0x0a;

/** Which line of a file begins at an offset, counted from 1 as editors do. */
export function lineNumberAt(file: string, offset: number): number {
	const handle = openSync(file, 'r');
	const bytes = Buffer.alloc(stepBytes);
	let number = 1;
	try {
		for (let position = 0; position < offset; position += stepBytes) {
			const part = bytes.subarray(0, Math.min(readFully(handle, bytes, position), offset - position));
			for (let at = part.indexOf(lineBreak); at >= 0; at = part.indexOf(lineBreak, at + 1)) {
				number++;
			}
		}

		return number;
	} finally {
		closeSync(handle);
	}
}

/** A part of a file as text, for looking at what is damaged. */
export function partOf(file: string, offset: number, bytes: number): string {
	const handle = openSync(file, 'r');
	try {
		const part = Buffer.alloc(bytes);
		return part.toString('latin1', 0, readFully(handle, part, offset));
	} finally {
		closeSync(handle);
	}
}
