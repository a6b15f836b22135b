import path from 'node:path';
import {expect, test} from 'vitest';
import {inputFolder} from '../../source/spec/input-folder.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {folderWith} from './spec-folder.ts';

test('reads any range, within a block, across blocks and to the end', () => {
	const random = seededRandom(testSeed('input-folder'));
	// More blocks than the cache holds, and a last one that is not full.
	const content = Buffer.from(Array.from({length: 1_500_001}, (_, i) => (i * 31 + (i >> 8)) & 255));
	const file = inputFolder(folderWith({rows: content})).bytes('rows');
	expect(file.size).toBe(content.length);
	for (let round = 0; round < 3000; round++) {
		const position = Math.floor(random() * content.length);
		const length = Math.min(Math.floor(random() ** 4 * 200_000), content.length - position);
		expect(file.read(position, length).equals(content.subarray(position, position + length))).toBe(true);
	}

	expect(file.read(content.length, 0)).toHaveLength(0);
	expect(() => file.read(content.length - 1, 2)).toThrow('ends before its time');
	file.close();
});

test('a file that is gone is named', () => {
	const folder = folderWith({});
	expect(() => inputFolder(folder).bytes('rows.index')).toThrow(
		`${path.join(folder, 'rows.index')} cannot be read (ENOENT).`,
	);
});
