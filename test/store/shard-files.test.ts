import {createHash} from 'node:crypto';
import {mkdtempSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {beforeEach, describe, expect, test} from 'vitest';
import {removeUnfinished, runDirectory} from '../../source/store/run-directory.ts';
import {createShardFiles} from '../../source/store/shard-files.ts';

let folder = '';

beforeEach(() => {
	folder = path.join(mkdtempSync(path.join(tmpdir(), 'shards-')), 'batches');
});

async function bytesOf(content: AsyncIterable<Uint8Array>): Promise<string> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of content) {
		chunks.push(Buffer.from(chunk));
	}

	return Buffer.concat(chunks).toString();
}

describe('the files of shards', () => {
	test('a file takes its name when it is finished, and what it says of itself is true', async () => {
		const files = createShardFiles(folder);
		const writer = files.begin(1);
		const lines = Array.from({length: 20_000}, (_, number) => `{"line":${number},"text":"zażółć 🎈"}`);
		for (const line of lines) {
			writer.append(line);
		}

		expect(readdirSync(folder)).toEqual([expect.stringMatching(/\.tmp-\d+$/)]);
		expect(files.size(1)).toBeNull();
		expect(writer.lines).toBe(20_000);
		const {bytes, sha256} = await writer.finish();
		const content = lines.map(line => `${line}\n`).join('');
		expect(readdirSync(folder)).toEqual(['shard-0001.jsonl']);
		expect(readFileSync(path.join(folder, 'shard-0001.jsonl'), 'utf8')).toBe(content);
		expect({bytes, sha256}).toEqual({
			bytes: Buffer.byteLength(content),
			sha256: createHash('sha256').update(content).digest('hex'),
		});
		expect(files.size(1)).toBe(bytes);
		expect(await files.digest(1)).toEqual({bytes, sha256});
		expect(await bytesOf(files.read(1))).toBe(content);
	});

	test('folder and files are for their owner only', async () => {
		const files = createShardFiles(folder);
		const writer = files.begin(12);
		writer.append('{}');
		await writer.finish();
		files.keepAside(12, ['unknown'], true);
		expect(statSync(folder).mode & 0o777).toBe(0o700);
		expect(readdirSync(folder).sort()).toEqual(['shard-0012.aside.jsonl', 'shard-0012.jsonl']);
		for (const name of readdirSync(folder)) {
			expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
		}
	});

	test('a file that is gone or was cut short shows in size and hash', async () => {
		const files = createShardFiles(folder);
		const writer = files.begin(3);
		writer.append('{"a":1}');
		const written = await writer.finish();
		truncateSync(path.join(folder, 'shard-0003.jsonl'), 3);
		expect(await files.digest(3)).not.toEqual(written);
		await files.remove(3);
		expect(files.size(3)).toBeNull();
		expect(await files.digest(3)).toBeNull();
		await files.remove(3);
	});

	test('what is discarded, or was left by a killed process, does not stay', async () => {
		const files = createShardFiles(folder);
		const writer = files.begin(4);
		writer.append('{}');
		await writer.discard();
		expect(readdirSync(folder)).toEqual([]);
		writeFileSync(path.join(folder, 'shard-0005.jsonl.tmp-1234'), '{"half');
		removeUnfinished(runDirectory(path.dirname(folder)));
		expect(readdirSync(folder)).toEqual([]);
	});

	test('a shard that is cut again takes the place of the one before it', async () => {
		const files = createShardFiles(folder);
		for (const text of ['old', 'new']) {
			const writer = files.begin(6);
			writer.append(text);
			await writer.finish();
		}

		expect(await bytesOf(files.read(6))).toBe('new\n');
	});

	test('what is put aside is added to, stands there once, and outlives its shard', async () => {
		const files = createShardFiles(folder);
		files.keepAside(7, ['of a collection that was broken off'], true);
		files.keepAside(7, ['one', 'two'], true);
		files.keepAside(7, ['three'], false);
		await files.remove(7);
		expect(readFileSync(path.join(folder, 'shard-0007.aside.jsonl'), 'utf8')).toBe('one\ntwo\nthree\n');
	});
});
