import {chmodSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {expect, test} from 'vitest';
import type {Journal} from '../../source/domain/ports.ts';
import {type JournalOptions, openJournal} from '../../source/store/journal.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {temporaryFolder} from './temporary-folder.ts';

const folder = temporaryFolder();
let files = 0;

test('offsets lead back to the lines, before and after they are written', async () => {
	const {file, journal} = open();
	const lines = ['{"a":1}', `{"b":"${'ž🐎\u2028'.repeat(1000)}"}`, '{"c":3}'];
	const offsets = lines.map(line => journal.append(line));
	expect(offsets[0]).toBe(0);
	expect(offsets.map(offset => journal.read(offset))).toEqual(lines);
	expect(readFileSync(file, 'utf8')).toBe('');
	journal.flush();
	expect(offsets.map(offset => journal.read(offset))).toEqual(lines);
	expect(readFileSync(file, 'utf8')).toBe(`${lines.join('\n')}\n`);
	expect(journal.end).toBe(statSync(file).size);
	const later = journal.append('{"d":4}');
	expect([journal.read(later), journal.read(offsets[1]!)]).toEqual(['{"d":4}', lines[1]]);
	await journal.close();
	await journal.close();
});

test('lines are found while the file grows past what was read of it', async () => {
	const {journal} = open();
	const random = seededRandom(testSeed('growing journal'));
	const known: [number, string][] = [];
	for (let round = 0; round < 400; round++) {
		const line = JSON.stringify({round, text: 'ž'.repeat(Math.floor(random() ** 4 * 200_000))});
		known.push([journal.append(line), line]);
		if (random() < 0.7) {
			journal.flush();
		}

		for (let look = 0; look < 3; look++) {
			const [offset, text] = known[Math.floor(random() * known.length)]!;
			expect(journal.read(offset) === text).toBe(true);
		}
	}

	await journal.close();
});

test('what is written counts as unsynced until it is on the disk', async () => {
	const {journal} = open();
	expect(journal.unsynced).toBe(0);
	journal.append('{"a":1}');
	expect(journal.unsynced).toBe(8);
	journal.flush();
	expect(journal.unsynced).toBe(8);
	await journal.synced();
	expect(journal.unsynced).toBe(0);
	await journal.close();
});

test('no byte is lost or doubled on a disk that takes parts, or nothing, at random', async () => {
	const random = seededRandom(testSeed('refusing disk'));
	let taken = '';
	const {journal} = open({
		write(_file, bytes, start, length) {
			if (random() < 0.4) {
				throw Object.assign(new Error('no space left'), {code: random() < 0.5 ? 'ENOSPC' : 'EIO'});
			}

			const count = 1 + Math.floor(random() * length);
			taken += bytes.toString('latin1', start, start + count);
			return count;
		},
	});
	const lines: string[] = [];
	const offsets: number[] = [];
	for (let round = 0; round < 500; round++) {
		lines.push(`{"round":${round},"text":"${'x'.repeat(Math.floor(random() * 300))}"}`);
		offsets.push(journal.append(lines.at(-1)!));
		try {
			journal.flush();
		} catch (error) {
			expect(error).toMatchObject({message: 'no space left'});
			const look = offsets.findLastIndex(offset => offset >= taken.length);
			expect(look < 0 || journal.read(offsets[look]!) === lines[look]).toBe(true);
		}
	}

	await flushAtLast(journal);
	expect(taken === `${lines.join('\n')}\n`).toBe(true);
	expect(journal.end).toBe(taken.length);
	await journal.close();
});

test('a disk that refuses to sync lets nothing more be built on it, and is tried again', async () => {
	let refusal: Error | null = Object.assign(new Error('i/o error'), {code: 'EIO'});
	const {journal} = open({fdatasync: (_file, done) => setImmediate(() => done(refusal))});
	journal.append('{"a":1}');
	journal.flush();
	const synced = journal.synced();
	await expect.poll(() => flushError(journal)).toMatchObject({code: 'EIO'});
	expect(journal.unsynced).toBe(8);
	refusal = null;
	await synced;
	expect(journal.unsynced).toBe(0);
	expect(flushError(journal)).toBeNull();
	await journal.close();
});

test('closing leaves no timer that would sync a closed file, and syncs the rest', async () => {
	const synced: number[] = [];
	const {file, journal} = open({
		fdatasync(_file, done) {
			synced.push(statSync(file).size);
			setImmediate(() => done(null));
		},
	});
	journal.append('{"a":1}');
	await journal.close();
	expect(synced).toEqual([8]);
});

test('closing on a disk that refuses is told as a mistake that can be mended', async () => {
	const {file, journal} = open({
		write: () => {
			throw Object.assign(new Error('no space left'), {code: 'ENOSPC'});
		},
	});
	journal.append('{"a":1}');
	await expect(journal.close()).rejects.toMatchObject({
		message: `Cannot write ${file}: ENOSPC.`,
		hint: expect.stringContaining('make room'),
	});
	await journal.close();
});

test('the file is private under any umask, and a link is not followed', async () => {
	const umask = process.umask(0);
	try {
		const {file, journal} = open();
		await journal.close();
		expect(statSync(file).mode & 0o777).toBe(0o600);
		chmodSync(file, 0o666);
		await openJournal(file, {onNotice: unexpected}).close();
		expect(statSync(file).mode & 0o777).toBe(0o600);
	} finally {
		process.umask(umask);
	}

	const link = path.join(folder, 'link.jsonl');
	writeFileSync(path.join(folder, 'victim'), 'untouched');
	symlinkSync(path.join(folder, 'victim'), link);
	expect(() => openJournal(link, {onNotice: unexpected})).toThrow(`Cannot open ${link}: ELOOP.`);
});

function open(options: Partial<JournalOptions> = {}): {readonly file: string; readonly journal: Journal} {
	const file = path.join(folder, `journal-${files++}.jsonl`);
	return {file, journal: openJournal(file, {onNotice: unexpected, ...options})};
}

function flushError(journal: Journal): unknown {
	try {
		journal.flush();
		return null;
	} catch (error) {
		return error;
	}
}

async function flushAtLast(journal: Journal): Promise<void> {
	while (flushError(journal) !== null) {
		await new Promise(setImmediate);
	}
}

function unexpected(message: string): void {
	throw new Error(message);
}
