import {Buffer} from 'node:buffer';
import {closeSync, openSync, readSync} from 'node:fs';

/** The lines of files that follow each other, one at a time. */
export type RowLines = {
	/** The next line, without taking it; null behind the last. */
	peek(): string | null;
	take(): void;
	/** Lines that were taken. */
	readonly taken: number;
	close(): void;
};

const chunkBytes = 1024 * 1024;
const lineBreak = 0x0a;

export function openRowLines(files: readonly string[]): RowLines {
	const lines = linesOf(files);
	let next = lines.next();
	let taken = 0;
	return {
		peek: () => (next.done ? null : next.value),
		take() {
			taken++;
			next = lines.next();
		},
		get taken() {
			return taken;
		},
		close: () => void lines.return(undefined),
	};
}

function* linesOf(files: readonly string[]): Generator<string, undefined> {
	for (const file of files) {
		const handle = openSync(file, 'r');
		try {
			yield* linesIn(handle);
		} finally {
			closeSync(handle);
		}
	}
}

function* linesIn(handle: number): Generator<string> {
	let rest = Buffer.alloc(0);
	for (;;) {
		const chunk = Buffer.allocUnsafe(rest.length + chunkBytes);
		rest.copy(chunk);
		const count = readSync(handle, chunk, rest.length, chunkBytes, null);
		const bytes = chunk.subarray(0, rest.length + count);
		let start = 0;
		for (let end = bytes.indexOf(lineBreak); end >= 0; end = bytes.indexOf(lineBreak, start)) {
			yield bytes.toString('utf8', start, end);
			start = end + 1;
		}

		rest = bytes.subarray(start);
		if (count === 0) {
			if (rest.length > 0) {
				yield rest.toString('utf8');
			}

			return;
		}
	}
}
