import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {writeDurably} from './durable-write.ts';

/** Beside the inputs that it follows from. Made anew where it is missing or cut. */
const fileName = 'twins';

/** Null where it is not there, or not whole. */
export function readTwins(inputs: string, count: number): Int32Array | null {
	const file = path.join(inputs, fileName);
	const bytes = existsSync(file) ? readFileSync(file) : null;
	if (bytes?.length !== count * Int32Array.BYTES_PER_ELEMENT) {
		return null;
	}

	const before = new Int32Array(count);
	for (let index = 0; index < count; index++) {
		before[index] = bytes.readInt32LE(index * Int32Array.BYTES_PER_ELEMENT);
	}

	return before;
}

export async function writeTwins(inputs: string, before: Int32Array): Promise<void> {
	const bytes = Buffer.alloc(before.length * Int32Array.BYTES_PER_ELEMENT);
	for (const [index, known] of before.entries()) {
		bytes.writeInt32LE(known, index * Int32Array.BYTES_PER_ELEMENT);
	}

	await writeDurably(path.join(inputs, fileName), bytes);
}
