/** Cuts a stream of bytes into lines. Invalid UTF-8 becomes U+FFFD; a byte order mark and blank lines go. */
export type LineCutter = {
	/** The lines that this chunk ends. */
	push(chunk: Buffer): readonly CutLine[];
	/** The last line, where no break follows it. */
	end(): readonly CutLine[];
};

export type CutLine = {
	readonly text: string;
	/** Only its beginning is here: it is too long to be one. */
	readonly isCut: boolean;
};

const lineFeed = 10;
const mark = '\uFEFF';
/** What is kept of a line that is too long. */
const keptOfLong = 1_000_000;

/** `longest`: the most bytes of a line. */
export function createLineCutter(longest: number): LineCutter {
	let parts: Buffer[] = [];
	let length = 0;
	let isFirst = true;

	function keep(part: Buffer): void {
		const wasTooLong = length > longest;
		length += part.length;
		if (!wasTooLong) {
			parts.push(part);
			if (length > longest) {
				parts = [Buffer.from(Buffer.concat(parts).subarray(0, keptOfLong))];
			}
		}
	}

	function take(): readonly CutLine[] {
		const isCut = length > longest;
		const [first] = parts;
		const text = (first && parts.length === 1 ? first : Buffer.concat(parts)).toString();
		parts = [];
		length = 0;
		const line = (isFirst && text.startsWith(mark) ? text.slice(1) : text).replace(/\r$/, '');
		isFirst = false;
		return line.trim() === '' && !isCut ? [] : [{text: line, isCut}];
	}

	return {
		push(chunk) {
			const lines: CutLine[] = [];
			let from = 0;
			for (let to = chunk.indexOf(lineFeed); to !== -1; to = chunk.indexOf(lineFeed, from)) {
				keep(chunk.subarray(from, to));
				lines.push(...take());
				from = to + 1;
			}

			if (from < chunk.length) {
				keep(chunk.subarray(from));
			}

			return lines;
		},
		end: () => (length > 0 ? take() : []),
	};
}
