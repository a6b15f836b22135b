import {closeSync, createReadStream, openSync, readSync} from 'node:fs';

/** The lines of a file, readable in any order without holding the file. Blank lines are left out. */
export type LineIndex = {
	readonly count: number;
	readonly read: (position: number) => string;
	/** 1-based, blank lines counted. */
	readonly lineNumber: (position: number) => number;
	readonly close: () => void;
};

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export async function openLines(path: string): Promise<LineIndex> {
	const {starts, ends, numbers} = await findLines(path);
	const file = openSync(path, 'r');
	return {
		count: starts.length,
		read(position) {
			const line = Buffer.allocUnsafe(ends[position]! - starts[position]!);
			readSync(file, line, 0, line.length, starts[position]!);
			return line.toString('utf8');
		},
		lineNumber: position => numbers[position]!,
		close: () => closeSync(file),
	};
}

type FoundLines = {
	readonly starts: readonly number[];
	/** Behind the last byte of the line. */
	readonly ends: readonly number[];
	readonly numbers: readonly number[];
};

async function findLines(path: string): Promise<FoundLines> {
	const starts: number[] = [];
	const ends: number[] = [];
	const numbers: number[] = [];
	let start = 0;
	let number = 1;
	let offset = 0;
	let lastByte = lineFeed;
	const add = (end: number, ending: number) => {
		const length = end - start;
		if (length > 1 || (length === 1 && ending !== carriageReturn)) {
			starts.push(start);
			ends.push(end);
			numbers.push(number);
		}

		number++;
	};

	for await (const chunk of createReadStream(path, {highWaterMark: 256 * 1024}) as AsyncIterable<Buffer>) {
		for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, at + 1)) {
			add(offset + at, at > 0 ? chunk[at - 1]! : lastByte);
			start = offset + at + 1;
		}

		offset += chunk.length;
		lastByte = chunk.at(-1) ?? lastByte;
	}

	add(offset, lastByte);
	return {starts, ends, numbers};
}
