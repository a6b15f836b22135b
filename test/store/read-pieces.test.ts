import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {readPieces} from '../../source/store/read-pieces.ts';

test.each([0, 1, 262_143, 262_144, 262_145, 1_000_003])('a file of %i bytes is read whole', async size => {
	const folder = mkdtempSync(path.join(tmpdir(), 'read-pieces-'));
	onTestFinished(() => rmSync(folder, {recursive: true}));
	const file = path.join(folder, 'shard-0001.jsonl');
	const content = Buffer.alloc(size, 'a line of some length\n');
	writeFileSync(file, content);
	const pieces: Buffer[] = [];
	for await (const piece of readPieces(file)) {
		// The buffer will be used again.
		pieces.push(Buffer.from(piece));
	}

	expect(Buffer.concat(pieces).equals(content)).toBe(true);
});

test('a file that is not there says so when it is read', async () => {
	await expect(readPieces('/nowhere/shard-0001.jsonl').next()).rejects.toThrow('ENOENT');
});
