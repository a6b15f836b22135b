/** The queue of each row of a requests file, by position: 16 bits each, little endian. */
export type QueueColumnBuilder = {
	add(queue: number): void;
	finish(): Buffer;
};

export function createQueueColumn(): QueueColumnBuilder {
	let numbers = new Uint16Array(1024);
	let length = 0;
	return {
		add(queue) {
			if (length === numbers.length) {
				const larger = new Uint16Array(length * 2);
				larger.set(numbers);
				numbers = larger;
			}

			numbers[length++] = queue;
		},
		finish: () => Buffer.from(numbers.buffer, 0, length * Uint16Array.BYTES_PER_ELEMENT),
	};
}

/** Throws when the bytes are not those of as many rows: `inputs/` was damaged. */
export function readQueueColumn(bytes: Buffer, count: number): Uint16Array {
	// A copy, as a typed array must begin at a multiple of 2.
	const numbers = new Uint16Array(Math.floor(bytes.length / Uint16Array.BYTES_PER_ELEMENT));
	bytes.copy(Buffer.from(numbers.buffer));
	if (numbers.length !== count) {
		throw new Error('the column of queues is damaged');
	}

	return numbers;
}
