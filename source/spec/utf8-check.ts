import {specError} from './spec-error.ts';
import {isValidUtf8} from './valid-utf8.ts';

/**
 * Refuses bytes that are not UTF-8, with their line: decoded loosely they would become replacement characters in
 * thousands of paid prompts.
 */
export function createUtf8Check(display: string): {push(chunk: Buffer): void; end(): void} {
	const decoder = new TextDecoder('utf-8', {fatal: true});
	let line = 1;
	const check = (chunk: Buffer, isLast: boolean) => {
		try {
			decoder.decode(chunk, {stream: !isLast});
		} catch {
			throw specError(
				`${display}:${line + countLines(chunk.subarray(0, validLength(chunk)))}`,
				`not UTF-8 text`,
				'Save the file as UTF-8.',
			);
		}

		line += countLines(chunk);
	};

	return {push: chunk => check(chunk, false), end: () => check(Buffer.alloc(0), true)};
}

function countLines(bytes: Buffer): number {
	let lines = 0;
	for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
		lines++;
	}

	return lines;
}

/** Length of the longest valid beginning, to the line: bisected, as validity holds up to the first bad byte. */
function validLength(chunk: Buffer): number {
	// A chunk may begin in the middle of a character.
	let low = 0;
	while (low < Math.min(3, chunk.length) && (chunk[low]! & 0xc0) === 0x80) {
		low++;
	}

	const first = low;
	let high = chunk.length;
	while (high - low > 4) {
		const middle = (low + high) >> 1;
		if (isValidUtf8(chunk.subarray(first, middle)) || endsInCharacter(chunk, first, middle)) {
			low = middle;
		} else {
			high = middle;
		}
	}

	return low;
}

/** A cut through a character is no fault before it. */
function endsInCharacter(chunk: Buffer, first: number, end: number): boolean {
	return [1, 2, 3].some(back => end - back > first && isValidUtf8(chunk.subarray(first, end - back)));
}
