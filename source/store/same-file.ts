import {Buffer} from 'node:buffer';
import {closeSync, fstatSync, openSync} from 'node:fs';
import {readFully} from './line-reader.ts';

const stepBytes = 1024 * 1024;

/** Whether two files hold the same, byte by byte, however large they are. */
export function isSameFile(one: string, other: string): boolean {
	const handles = [openSync(one, 'r'), openSync(other, 'r')] as const;
	try {
		const [size, otherSize] = handles.map(handle => fstatSync(handle).size);
		const [ours, theirs] = [Buffer.alloc(stepBytes), Buffer.alloc(stepBytes)];
		for (let position = 0; size === otherSize && position < size!; position += stepBytes) {
			const length = readFully(handles[0], ours, position);
			readFully(handles[1], theirs, position);
			if (!ours.subarray(0, length).equals(theirs.subarray(0, length))) {
				return false;
			}
		}

		return size === otherSize;
	} finally {
		handles.forEach(closeSync);
	}
}
