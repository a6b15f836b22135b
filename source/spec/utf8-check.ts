import {specError} from './spec-error.ts';
import {isValidUtf8} from './valid-utf8.ts';

const lineFeed = 10;

/**
 * Refuses bytes that are not UTF-8, with their line: decoded loosely they would become replacement characters in
 * thousands of paid prompts.
 */
export function createUtf8Check(display: string): {push(chunk: Buffer): void; end(): void} {
	let line = 1;
	// The beginning of a character that the next chunk ends.
	let tail: Buffer = Buffer.alloc(0);
	const refusal = (at: number) => specError(`${display}:${at}`, 'not UTF-8 text', 'Save the file as UTF-8.');
	return {
		push(chunk) {
			const bytes = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
			const end = bytes.length - incompleteLength(bytes);
			const whole = bytes.subarray(0, end);
			if (!isValidUtf8(whole)) {
				throw refusal(line + firstBadLine(whole));
			}

			tail = bytes.subarray(end);
			line += countLineFeeds(whole);
		},
		end() {
			if (tail.length > 0) {
				throw refusal(line);
			}
		},
	};
}

/** Bytes at the end that begin a character and do not end it. */
function incompleteLength(bytes: Buffer): number {
	for (let back = 1; back <= Math.min(3, bytes.length); back++) {
		const byte = bytes[bytes.length - back]!;
		const isContinuation = (byte & 0xc0) === 0x80;
		if (!isContinuation) {
			const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
			return length > back ? back : 0;
		}
	}

	return 0;
}

/** A line feed is never a part of another character, so each line is valid or not by itself. */
function firstBadLine(bytes: Buffer): number {
	let start = 0;
	for (let lines = 0; ; lines++) {
		const end = bytes.indexOf(lineFeed, start);
		if (end < 0 || !isValidUtf8(bytes.subarray(start, end))) {
			return lines;
		}

		start = end + 1;
	}
}

function countLineFeeds(bytes: Buffer): number {
	let count = 0;
	for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
		count++;
	}

	return count;
}
