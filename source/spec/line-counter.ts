const lineFeed = 10;

/** Says on which line an offset of a stream lies, for offsets that only rise. */
export type LineCounter = {
	push(chunk: Buffer): void;
	/** 1-based line of the byte at an offset that was pushed already. */
	lineOf(offset: number): number;
};

export function createLineCounter(): LineCounter {
	let line = 1;
	let position = 0;
	// Offsets of line feeds that nobody has asked beyond yet.
	let pending: number[] = [];
	let next = 0;
	return {
		push(chunk) {
			pending = pending.slice(next);
			next = 0;
			for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, at + 1)) {
				pending.push(position + at);
			}

			position += chunk.length;
		},
		lineOf(offset) {
			while (next < pending.length && pending[next]! < offset) {
				next++;
				line++;
			}

			return line;
		},
	};
}
