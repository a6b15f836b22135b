import {mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {Low} from 'lowdb';
import {describe, expect, test} from 'vitest';
import {durableJson} from '../../source/store/durable-json.ts';
import {writeDurably} from '../../source/store/durable-write.ts';
import {childProgram, runChild} from './child-program.ts';
import {temporaryFolder} from './temporary-folder.ts';

const folder = temporaryFolder();
let files = 0;

describe('a JSON file through lowdb', () => {
	test('holds the newest of many writes, and of those that came meanwhile only that one', async () => {
		const file = newFile();
		const low = new Low<{n: number; toJSON?: () => unknown}>(durableJson(file), {n: -1});
		const stringified: number[] = [];
		const writes = Array.from({length: 50}, async (_, n) => {
			low.data = {
				n,
				toJSON: () => {
					stringified.push(n);
					return {n};
				},
			};
			await low.write();
			expect(JSON.parse(readFileSync(file, 'utf8')).n).toBeGreaterThanOrEqual(n);
		});
		await Promise.all(writes);
		expect(stringified).toEqual([0, 49]);
		await low.read();
		expect(low.data).toEqual({n: 49});
	});

	test('goes on after a write that failed', async () => {
		const blocked = path.join(folder, 'not-yet', 'state.json');
		const adapter = durableJson<{n: number}>(blocked);
		const refused = [adapter.write({n: 1}), adapter.write({n: 2})];
		await expect(refused[0]).rejects.toMatchObject({code: 'ENOENT'});
		await expect(refused[1]).rejects.toMatchObject({code: 'ENOENT'});
		mkdirSync(path.dirname(blocked));
		await adapter.write({n: 3});
		expect(await adapter.read()).toEqual({n: 3});
	});

	test('that is absent reads as null', async () => {
		expect(await durableJson(newFile()).read()).toBeNull();
	});
});

describe('a file written durably', () => {
	test('is the old one, whole and alone, when its content or the disk fails midway', async () => {
		const file = newFile();
		await writeDurably(file, 'old');
		async function* broken() {
			yield Buffer.from('half of the new');
			throw new Error('the source broke');
		}

		await expect(writeDurably(file, broken())).rejects.toThrow('the source broke');
		expect(readFileSync(file, 'utf8')).toBe('old');
		expect(readdirSync(folder).filter(name => name.includes('.tmp-'))).toEqual([]);
	});

	test('is private under any umask, and is not written through a link', async () => {
		const file = newFile();
		const victim = newFile();
		writeFileSync(victim, 'untouched');
		symlinkSync(victim, `${file}.tmp-${process.pid}`);
		const umask = process.umask(0);
		await writeDurably(file, 'ours');
		process.umask(umask);
		expect(statSync(file).mode & 0o777).toBe(0o600);
		expect(readFileSync(file, 'utf8')).toBe('ours');
		expect(readFileSync(victim, 'utf8')).toBe('untouched');
	});

	test('is always whole, whenever its writer is killed', async () => {
		const file = newFile();
		const program = await childProgram(
			folder,
			'rewrite',
			`import {writeDurably} from './durable-write.ts';
			const file = process.argv[2];
			for (let n = 1; ; n++) {
				await writeDurably(file, JSON.stringify({n, fill: 'x'.repeat(2_000_000), end: n}));
				if (n === 1) console.log('begun');
			}`,
		);
		let last = 0;
		for (let round = 0; round < 6; round++) {
			const {child, printed, ended} = runChild(program, file);
			await printed('begun');
			await new Promise(resolve => setTimeout(resolve, round * 7));
			child.kill('SIGKILL');
			await ended;
			const {n, end} = JSON.parse(readFileSync(file, 'utf8'));
			expect(end).toBe(n);
			last = n;
		}

		expect(last).toBeGreaterThan(0);
	});
});

function newFile(): string {
	return path.join(folder, `file-${files++}.json`);
}
