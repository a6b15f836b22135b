import {execFileSync} from 'node:child_process';
import {mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {durableJson} from '../../source/store/durable-json.ts';
import {openJournal} from '../../source/store/journal.ts';
import {loadState} from '../../source/store/load-state.ts';
import {createResultsWriter} from '../../source/store/results-writer.ts';
import {runDirectory} from '../../source/store/run-directory.ts';
import {openStateFile} from '../../source/store/state-file.ts';
import {seededRandom} from '../seeded-random.ts';
import {answeredRun} from './answered-run.ts';
import {childProgram, runChild} from './child-program.ts';
import {storeRandomRun} from './stored-run.ts';
import {temporaryFolder} from './temporary-folder.ts';

const folder = temporaryFolder();

test('a killed process has lost no line that it had flushed, and the next goes on behind them', async () => {
	const file = path.join(folder, 'killed.jsonl');
	const program = await childProgram(
		folder,
		'append',
		`import {openJournal} from './journal.ts';
		const journal = openJournal(process.argv[2], {onNotice: text => console.log(text)});
		const turn = () => {
			for (let line = 0; line < 50; line++) {
				journal.append(JSON.stringify({paused: 'x'.repeat(500), at: journal.end}));
			}
			journal.flush();
			console.log('flushed ' + journal.end);
			setImmediate(turn);
		};
		turn();`,
	);
	for (let round = 0; round < 4; round++) {
		const {child, printed, ended} = runChild(program, file);
		await printed('flushed');
		child.kill('SIGKILL');
		const output = await ended;
		const flushed = Number([...output.matchAll(/flushed (\d+)\n/g)].at(-1)?.[1]);
		const notices: string[] = [];
		const journal = openJournal(file, {onNotice: message => notices.push(message)});
		expect(journal.end).toBeGreaterThanOrEqual(flushed);
		let offset = 0;
		for (const line of readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
			expect(JSON.parse(line).at).toBe(offset);
			offset += line.length + 1;
		}

		expect(offset).toBe(journal.end);
		await journal.close();
	}
});

test('a run directory that was moved opens where it is now', async () => {
	const run = storeRandomRun(path.join(folder, 'before'), seededRandom(1), 30, 300);
	const stateFile = openStateFile(run.directory.state, '0.1.0');
	await stateFile.save(run.state, run.journal);
	await run.journal.close();
	renameSync(path.join(folder, 'before'), path.join(folder, 'after'));
	const moved = runDirectory(path.join(folder, 'after', 'demo.promptbatch'));
	const options = {readOnly: false, onNotice: unexpected};
	expect(await loadState(moved, openStateFile(moved.state, '0.1.0'), options)).toEqual(run.state);
});

describe.skipIf(!canMount())('on a disk that is full', () => {
	test('journal, state and results keep what they had, and go on when there is room', async () => {
		const disk = path.join(folder, 'full');
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
		try {
			const run = answeredRun(disk, 2000);
			const {directory, state, journal} = run;
			const stateFile = openStateFile(directory.state, '0.1.0');
			run.answer(0);
			await stateFile.save(state, journal);
			await createResultsWriter(run).finish();
			const before = [directory.state, directory.results].map(file => readFileSync(file, 'utf8'));
			const ballast = path.join(disk, 'ballast');
			writeFileSync(ballast, Buffer.alloc(500_000));
			for (let index = 1; index < 2000; index++) {
				run.answer(index, ['x'.repeat(300)]);
			}

			expect(() => journal.flush()).toThrow(/ENOSPC/);
			expect(() => journal.flush()).toThrow(/ENOSPC/);
			await expect(stateFile.save(state, journal)).rejects.toThrow(
				`Cannot write ${directory.state}: ENOSPC.`,
			);
			await expect(durableJson(directory.state).write({fill: 'x'.repeat(1e6)})).rejects.toThrow(/ENOSPC/);
			await expect(createResultsWriter(run).finish()).rejects.toThrow('Cannot write');
			expect([directory.state, directory.results].map(file => readFileSync(file, 'utf8'))).toEqual(before);
			expect(run.rows.read(1999)).toMatchObject({kind: 'result'});
			rmSync(ballast);
			execFileSync('mount', ['-o', 'remount,size=8m', disk]);
			await stateFile.save(state, journal);
			expect(await createResultsWriter(run).finish()).toEqual({
				results: 2000,
				failures: 0,
				damaged: [],
				facts: {},
			});
			const options = {readOnly: true, onNotice: unexpected};
			expect(await loadState(directory, openStateFile(directory.state, '0.1.0'), options)).toEqual(state);
			expect(readFileSync(directory.journal).length).toBe(journal.end);
			await journal.close();
		} finally {
			execFileSync('umount', ['-l', disk]);
		}
	});
});

/** Only root may, and not in every container. */
function canMount(): boolean {
	const disk = path.join(folder, 'full');
	mkdirSync(disk);
	try {
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], {stdio: 'ignore'});
		execFileSync('umount', [disk]);
		return true;
	} catch {
		return false;
	}
}

function unexpected(message: string): void {
	throw new Error(message);
}
