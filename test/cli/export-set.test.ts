import {mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {exportSet} from '../../source/cli/export-set.ts';
import {UserError} from '../../source/domain/user-error.ts';
import {temporaryFolder} from '../store/temporary-folder.ts';

const base = temporaryFolder();
const freshFolder = () => mkdtempSync(path.join(base, 'export-'));
const rowsOf = (index: number) => (index === 7 ? [] : [{index, text: 'x'}]);

describe('the export of a set', () => {
	test('writes the rows in the order of the spec, for nobody else to read', async () => {
		const folder = freshFolder();
		const indexes = Int32Array.of(12, 3, 7, 5);
		const done = await exportSet({name: 'nightly eval/..', folder, indexes, rowsOf});
		expect(done).toEqual({file: 'nightly-eval-..-selection-1.jsonl', rows: 3});
		const file = path.join(folder, done.file);
		const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
		expect(lines.map(line => JSON.parse(line).index)).toEqual([3, 5, 12]);
		expect(statSync(file).mode & 0o777).toBe(0o600);
		// The set itself is not reordered: a later act goes by it.
		expect([...indexes]).toEqual([12, 3, 7, 5]);
	});

	test('never writes over a file', async () => {
		const folder = freshFolder();
		const taken = path.join(folder, 'a-selection-1.jsonl');
		writeFileSync(taken, 'mine');
		const {file} = await exportSet({name: 'a', folder, indexes: Int32Array.of(1), rowsOf});
		expect(file).toBe('a-selection-2.jsonl');
		expect(readFileSync(taken, 'utf8')).toBe('mine');
	});

	test('is no hidden file', async () => {
		const folder = freshFolder();
		const {file} = await exportSet({name: '../.x', folder, indexes: Int32Array.of(1), rowsOf});
		expect(file).toBe('x-selection-1.jsonl');
	});

	test('lets the loop breathe while it writes much', async () => {
		const folder = freshFolder();
		let turns = 0;
		const timer = setInterval(() => turns++, 1);
		const indexes = Int32Array.from({length: 60_000}, (_, index) => index + 10);
		const text = 'x'.repeat(200);
		const {rows} = await exportSet({name: 'a', folder, indexes, rowsOf: index => [{index, text}]});
		clearInterval(timer);
		expect(rows).toBe(60_000);
		expect(turns).toBeGreaterThan(2);
	});

	test('leaves nothing behind where it fails', async () => {
		const folder = freshFolder();
		const indexes = Int32Array.of(1, 2);
		const failing = () => {
			throw new UserError('gone', '');
		};
		await expect(exportSet({name: 'a', folder, indexes, rowsOf: failing})).rejects.toThrow('gone');
		expect(readdirSync(folder)).toEqual([]);
		await expect(exportSet({name: 'a', folder: path.join(folder, 'no'), indexes, rowsOf})).rejects.toThrow(
			UserError,
		);
	});

	test('needs a set that is still kept', async () => {
		const folder = freshFolder();
		await expect(exportSet({name: 'a', folder, indexes: null, rowsOf})).rejects.toThrow('not kept any more');
	});
});
