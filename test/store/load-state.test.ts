import {appendFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import type {RunState} from '../../source/domain/state.ts';
import {UserError} from '../../source/domain/user-error.ts';
import {loadState} from '../../source/store/load-state.ts';
import {openStateFile} from '../../source/store/state-file.ts';
import {answered} from '../domain/run-fixture.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {type StoredRun, storeRandomRun} from './stored-run.ts';
import {temporaryFolder} from './temporary-folder.ts';

const folder = temporaryFolder();
let runs = 0;

describe('a state file and the journal behind it', () => {
	test('give what the whole journal gives, wherever the file was written', async () => {
		const random = seededRandom(testSeed('saved and tail'));
		for (let round = 0; round < 12; round++) {
			const run = newRun(random);
			const {directory, offsets} = run;
			const whole = readFileSync(directory.journal);
			const expected = await load(run);
			expect(expected.state).toEqual(run.state);
			// The state as it was when the journal ended at some line.
			const cut = offsets[1 + Math.floor(random() * (offsets.length - 1))]!;
			truncateSync(directory.journal, cut);
			const early = await load(run);
			await openStateFile(directory.state, '0.1.0').save(early.state, run.journal);
			writeFileSync(directory.journal, whole);
			const {state, notices} = await load(run);
			expect(state).toEqual(run.state);
			expect(notices).toEqual([]);
		}
	});

	test('give the state as of the last whole line while another process writes', async () => {
		const run = newRun(seededRandom(1));
		await save(run);
		appendFileSync(run.directory.journal, '{"answered":1,"at"');
		expect((await load(run, true)).state).toEqual(run.state);
	});
});

describe('a state file that is cut or full of garbage', () => {
	test('is kept aside, and the state is rebuilt, at every 97th byte', async () => {
		const run = newRun(seededRandom(testSeed('cut state files')));
		await save(run);
		const whole = readFileSync(run.directory.state);
		for (let length = 0; length < whole.length; length += 97) {
			writeFileSync(run.directory.state, whole.subarray(0, length));
			const {state, notices} = await load(run);
			expect(state).toEqual(run.state);
			expect(notices).toHaveLength(1);
			expect(readFileSync(keptOf(run, notices[0]!)).equals(whole.subarray(0, length))).toBe(true);
		}
	});

	test.each(['', 'null', '[]', '{}', '\0\0\0\0', '{"format":"promptbatch-tui run","version":1}'])(
		'is kept aside when it is %j',
		async content => {
			const run = newRun(seededRandom(2));
			writeFileSync(run.directory.state, content);
			const {state, notices} = await load(run);
			expect(state).toEqual(run.state);
			expect(notices).toHaveLength(1);
			expect(readFileSync(keptOf(run, notices[0]!), 'utf8')).toBe(content);
		},
	);

	test('is kept aside when it belongs to another run, or is ahead of its journal', async () => {
		const run = newRun(seededRandom(3));
		await save(run);
		const saved = readFileSync(run.directory.state, 'utf8');
		const journal = readFileSync(run.directory.journal, 'utf8');
		writeFileSync(run.directory.state, saved.replace('"runId":"run-1"', '"runId":"run-2"'));
		expect((await load(run)).notices).toHaveLength(1);
		writeFileSync(run.directory.state, saved);
		writeFileSync(run.directory.journal, journal.slice(0, run.offsets.at(-1)));
		const {state, notices} = await load(run);
		expect(notices).toHaveLength(1);
		expect(state.journalEnd).toBe(run.offsets.at(-1));
	});

	test('stays where it is for those who only look', async () => {
		const run = newRun(seededRandom(4));
		writeFileSync(run.directory.state, '{"format"');
		const before = readdirSync(run.directory.path);
		const {state, notices} = await load(run, true);
		expect(state).toEqual(run.state);
		expect(notices).toEqual(['state.json is broken: the state was rebuilt from the journal.']);
		expect(readdirSync(run.directory.path)).toEqual(before);
	});
});

describe('a journal', () => {
	test('that is missing or empty is told, not begun anew', async () => {
		const run = newRun(seededRandom(5));
		await save(run);
		const {journal} = run.directory;
		writeFileSync(journal, '');
		await expect(load(run)).rejects.toThrow(`${journal} is empty, and this run's answers were in it.`);
		rmSync(journal);
		await expect(load(run)).rejects.toThrow(`${journal} is missing, and this run's answers were in it.`);
		expect(readFileSync(run.directory.state, 'utf8')).toMatch(/^\{"format"/);
	});

	test('that is damaged in the middle loses one line, which is kept aside once', async () => {
		const run = newRun(seededRandom(6));
		const {directory, offsets} = run;
		const bytes = readFileSync(directory.journal);
		const at = offsets[40]!;
		const damaged = Buffer.from(bytes);
		damaged.fill(0, at + 3, at + 9);
		writeFileSync(directory.journal, damaged);
		for (let round = 0; round < 2; round++) {
			const {state, notices} = await load(run);
			expect(notices.filter(notice => notice.includes(`at byte ${at} `))).toHaveLength(1);
			expect(state.journalEnd).toBe(bytes.length);
		}

		const line = damaged.subarray(at, offsets[41]! - 1);
		expect(readFileSync(path.join(directory.path, `journal.damaged-${at}`)).equals(line)).toBe(true);
		expect(readFileSync(directory.journal).equals(damaged)).toBe(true);
	});

	test('that tells of a request outside the run is damaged there', async () => {
		const run = newRun(seededRandom(7));
		const offset = run.journal.append(`{"answered":999999,"at":1,"u":[1,1],"r":{}}`);
		run.journal.flush();
		const {state, notices} = await load(run);
		expect(notices.filter(notice => notice.includes(`at byte ${offset} `))).toHaveLength(1);
		expect({...state, journalEnd: offset}).toEqual(run.state);
	});

	test.each([
		[
			'retries a request outside the run',
			'{"type":"requests-retried","at":1,"waiting":[],"failed":[[999999,1]]}',
		],
		['gives one up', '{"type":"requests-given-up","at":1,"indexes":[999999],"previous":[-1]}'],
		['moves one', '{"type":"requests-moved","at":1,"to":"front","indexes":[[999999,1]]}'],
		['wants one again', '{"type":"requests-restored","at":1,"to":"open","indexes":[],"wanted":[[-1,2]]}'],
		[
			'counts failures of a queue that is not there',
			'{"type":"requests-given-up","at":1,"indexes":[0],"previous":[-1],"failedByQueue":[0,0,0,0,0,0,0,0,1]}',
		],
	])('that %s is damaged there', async (_, line) => {
		const run = newRun(seededRandom(12));
		const offset = run.journal.append(line);
		run.journal.flush();
		const {state, notices} = await load(run);
		expect(notices.filter(notice => notice.includes(`at byte ${offset} `))).toHaveLength(1);
		expect({...state, journalEnd: offset}).toEqual(run.state);
	});

	test('whose first line is damaged needs its state file', async () => {
		const run = newRun(seededRandom(8));
		await save(run);
		const bytes = readFileSync(run.directory.journal);
		bytes.fill(0x20, 5, 15);
		writeFileSync(run.directory.journal, bytes);
		expect((await load(run)).state).toEqual(run.state);
		rmSync(run.directory.state);
		await expect(load(run)).rejects.toThrow('The first line of');
	});

	test('of a newer version is not guessed at', async () => {
		const run = newRun(seededRandom(9));
		run.journal.append('{"type":"request-dreamt","at":1}');
		run.journal.flush();
		await expect(load(run)).rejects.toThrow(UserError);
		await expect(load(run)).rejects.toThrow('“request-dreamt”');
	});
});

test('a state file of a newer version is not guessed at', async () => {
	const run = newRun(seededRandom(10));
	await save(run);
	const saved = readFileSync(run.directory.state, 'utf8');
	writeFileSync(
		run.directory.state,
		saved.replace('"version":2,"tool":"0.1.0"', '"version":3,"tool":"2.0.0"'),
	);
	await expect(load(run)).rejects.toThrow('version 2.0.0');
});

test('a state file never counts on lines that are not synced', async () => {
	const run = newRun(seededRandom(11));
	run.take(answered(0));
	expect(run.journal.unsynced).toBeGreaterThan(0);
	await save(run);
	expect(run.journal.unsynced).toBe(0);
	expect((await load(run)).state).toEqual(run.state);
});

/** Where a notice says that the broken file is, with the date in its name. */
function keptOf({directory}: StoredRun, notice: string): string {
	const kept =
		/^state\.json is broken and is kept as (state\.json\.broken-\d{8}T\d{6}Z(?:-\d+)?): the state was rebuilt from the journal\.$/.exec(
			notice,
		)?.[1];
	return path.join(directory.path, kept ?? notice);
}

function newRun(random: () => number): StoredRun {
	return storeRandomRun(path.join(folder, String(runs++)), random, 30, 300);
}

async function save({directory, state, journal}: StoredRun): Promise<void> {
	await openStateFile(directory.state, '0.1.0').save(state, journal);
}

async function load(
	{directory}: StoredRun,
	readOnly = false,
): Promise<{readonly state: RunState; readonly notices: readonly string[]}> {
	const notices: string[] = [];
	const state = await loadState(directory, openStateFile(directory.state, '0.1.0'), {
		readOnly,
		onNotice: message => notices.push(message),
	});
	return {state, notices: notices.filter(notice => !notice.startsWith('There was no state.json'))};
}
