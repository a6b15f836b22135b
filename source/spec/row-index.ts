/**
 * Where the rows begin in the file of rows, so that a resume neither parses nor scans it. Float64 numbers in the
 * byte order of every machine that Node is built for in practice, little endian:
 * version · rows · 1 if any row has an id of its own · offset of each row · end of the last row.
 */
export type RowIndex = {
	readonly count: number;
	readonly hasIds: boolean;
	start(row: number): number;
	/** Bytes up to the next row; white space may follow the row in them. */
	length(row: number): number;
};

const version = 1;
const headLength = 3;

export type RowIndexBuilder = {
	readonly count: () => number;
	add(offset: number): void;
	finish(end: number, hasIds: boolean): Buffer;
};

export function createRowIndexBuilder(): RowIndexBuilder {
	let numbers = new Float64Array(1024);
	let length = headLength;
	const push = (value: number) => {
		if (length === numbers.length) {
			const larger = new Float64Array(length * 2);
			larger.set(numbers);
			numbers = larger;
		}

		numbers[length++] = value;
	};

	return {
		count: () => length - headLength,
		add: push,
		finish(end, hasIds) {
			numbers.set([version, length - headLength, Number(hasIds)]);
			push(end);
			return Buffer.from(numbers.buffer, 0, length * Float64Array.BYTES_PER_ELEMENT);
		},
	};
}

/** Throws when the bytes are not a whole index: `inputs/` was damaged. */
export function readRowIndex(bytes: Buffer): RowIndex {
	// A copy, as a typed array must begin at a multiple of 8.
	const numbers = new Float64Array(Math.floor(bytes.length / Float64Array.BYTES_PER_ELEMENT));
	bytes.copy(Buffer.from(numbers.buffer));
	const count = numbers[1] ?? -1;
	if (numbers[0] !== version || numbers.length !== headLength + count + 1) {
		throw new Error('the index of rows is damaged');
	}

	return {
		count,
		hasIds: numbers[2] === 1,
		start: row => numbers[headLength + row]!,
		length: row => numbers[headLength + row + 1]! - numbers[headLength + row]!,
	};
}
