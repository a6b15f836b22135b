import {Buffer} from 'node:buffer';
import {ftruncateSync, writeSync} from 'node:fs';
import {decodeEvent} from '../domain/event-line.ts';
import {parseJson} from '../domain/verdict.ts';
import {readFully} from './line-reader.ts';

const stepBytes = 64 * 1024;
const lineBreak = 0x0a;

/** A part of the journal that is about to go. */
export type TornPart = {readonly offset: number; readonly bytes: number};

/**
 * A crash or a full disk may have left the last line without its end. It is cut off once `keep` has copied it, unless
 * only its line break is missing: then it is whole, and its answer was paid for. Returns where the next line begins.
 */
export function mendTail(
	file: number,
	size: number,
	onNotice: (message: string) => void,
	keep: (torn: TornPart) => string,
): number {
	const end = lastLineEnd(file, size);
	if (end === size) {
		return size;
	}

	const torn = Buffer.alloc(size - end);
	readFully(file, torn, end);
	const line = torn.toString('utf8');
	if (parseJson(line) !== undefined && decodeEvent(line, {body: true})) {
		writeSync(file, '\n', size);
		return size + 1;
	}

	const bytes = size - end;
	const kept = keep({offset: end, bytes});
	ftruncateSync(file, end);
	onNotice(
		`The last line of the journal was torn by a crash: ${bytes} bytes at byte ${end} were cut off and kept as ${kept}.`,
	);
	return end;
}

/** Just behind the last line break. */
export function lastLineEnd(file: number, size: number): number {
	const bytes = Buffer.alloc(stepBytes);
	for (let end = size; end > 0; end -= stepBytes) {
		const start = Math.max(0, end - stepBytes);
		readFully(file, bytes.subarray(0, end - start), start);
		const found = bytes.lastIndexOf(lineBreak, end - start - 1);
		if (found >= 0) {
			return start + found + 1;
		}
	}

	return 0;
}
