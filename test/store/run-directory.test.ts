import {
	chmodSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, test} from 'vitest';
import {encodeEvent} from '../../source/domain/event-line.ts';
import {writeInputs} from '../../source/store/inputs-writer.ts';
import {kindOf, openRunDirectory, removeUnfinished} from '../../source/store/run-directory.ts';
import {created} from '../domain/run-fixture.ts';
import {temporaryFolder} from './temporary-folder.ts';

const folder = temporaryFolder();
let runs = 0;

describe('a run directory', () => {
	test('is created where nothing is, and stays new until its first line is whole', () => {
		const file = path.join(newFolder(), 'deep', 'run');
		const directory = openRunDirectory(file);
		expect(kindOf(directory)).toBe('new');
		expect(directory.inputs).toBe(path.join(file, 'inputs'));
		const line = `${encodeEvent(created(3))}\n`;
		for (const length of [0, 1, 15, 40, line.length - 1]) {
			writeFileSync(directory.journal, line.slice(0, length));
			expect(kindOf(directory)).toBe('new');
		}

		writeFileSync(directory.journal, line);
		expect(kindOf(openRunDirectory(file))).toBe('run');
	});

	test('is still new when its creation was cut short', () => {
		const directory = openRunDirectory(newFolder());
		writeFileSync(directory.lock, '{}');
		mkdirSync(directory.inputs);
		expect(kindOf(openRunDirectory(directory.path))).toBe('new');
	});

	test('is known by its state file, should the journal be gone', () => {
		const directory = openRunDirectory(newFolder());
		writeFileSync(directory.state, '{"format":"promptbatch-tui run","version":1');
		rmSync(directory.journal);
		expect(kindOf(directory)).toBe('run');
		expect(() => openRunDirectory(directory.path)).toThrow('journal.jsonl is missing');
		expect(existsSync(directory.journal)).toBe(false);
	});

	test('may itself be reached through a link', () => {
		const link = newFolder();
		const elsewhere = newFolder();
		mkdirSync(elsewhere);
		symlinkSync(elsewhere, link);
		expect(kindOf(openRunDirectory(link))).toBe('new');
		expect(modeOf(elsewhere)).toBe(0o700);
	});

	test.each<[string, string]>([
		['another file', 'thesis.tex'],
		['a journal of another program', 'journal.jsonl'],
		['a state file of another program', 'state.json'],
	])('is not what holds %s: that is refused and left alone', (_name, name) => {
		const foreign = newFolder();
		mkdirSync(foreign, {mode: 0o755});
		const file = path.join(foreign, name);
		writeFileSync(file, '{"mine":true}\n', {mode: 0o644});
		expect(() => openRunDirectory(foreign)).toThrow(
			`${foreign} is not a run directory, and what it holds is left alone.`,
		);
		expect(readdirSync(foreign)).toEqual([name]);
		expect(readFileSync(file, 'utf8')).toBe('{"mine":true}\n');
		expect([modeOf(foreign), modeOf(file)]).toEqual([0o755, 0o644]);
	});

	test('is not a file, nor below one', () => {
		const file = newFolder();
		writeFileSync(file, '');
		expect(() => openRunDirectory(file)).toThrow(`Cannot use the run directory ${file}: ENOTDIR.`);
	});

	test('that cannot be written is told before anything is sent', () => {
		const locked = newFolder();
		mkdirSync(locked);
		chmodSync(locked, 0o500);
		const isRoot = process.geteuid?.() === 0;
		if (isRoot) {
			chmodSync(folder, 0o755);
			process.seteuid!(65_534);
		}

		try {
			expect(() => openRunDirectory(path.join(locked, 'run'))).toThrow(
				/Cannot use the run directory .*: EACCES\./,
			);
		} finally {
			if (isRoot) {
				process.seteuid!(0);
			}
		}
	});
});

describe('what a run directory holds', () => {
	test('is private under any umask, and made private where it was not', async () => {
		const umask = process.umask(0);
		try {
			const {path: run, ...directory} = openRunDirectory(newFolder());
			await writeInputs(directory.inputs, [{name: 'deep/rows.csv', content: 'a\n1\n'}]);
			const entries = [run, directory.inputs, path.join(directory.inputs, 'deep')];
			const files = [directory.journal, path.join(directory.inputs, 'deep', 'rows.csv')];
			expect([...entries, ...files].map(modeOf)).toEqual([0o700, 0o700, 0o700, 0o600, 0o600]);
			for (const entry of [...entries, ...files]) {
				chmodSync(entry, 0o777);
			}

			openRunDirectory(run);
			expect([...entries, ...files].map(modeOf)).toEqual([0o700, 0o700, 0o700, 0o600, 0o600]);
		} finally {
			process.umask(umask);
		}
	});

	test.each(['state.json', 'journal.jsonl', 'results.jsonl', 'inputs'])(
		'may not be a link in the place of %s',
		name => {
			const directory = openRunDirectory(newFolder());
			writeFileSync(directory.journal, `${encodeEvent(created(3))}\n`);
			const link = path.join(directory.path, name);
			const elsewhere = newFolder();
			writeFileSync(elsewhere, name === 'journal.jsonl' ? readFileSync(link) : 'untouched', {mode: 0o644});
			renameIfThere(link);
			symlinkSync(elsewhere, link);
			expect(() => openRunDirectory(directory.path)).toThrow(`${link} is a symbolic link`);
			expect(modeOf(elsewhere)).toBe(0o644);
		},
	);

	test('loses what a killed process left unfinished', () => {
		const directory = openRunDirectory(newFolder());
		for (const name of ['state.json.tmp-12', 'results.jsonl.tmp-12', 'state.json.broken-1', 'state.json']) {
			writeFileSync(path.join(directory.path, name), '');
		}

		mkdirSync(directory.inputs);
		writeFileSync(path.join(directory.inputs, 'rows.jsonl.tmp-12'), '');
		removeUnfinished(directory);
		expect(readdirSync(directory.inputs)).toEqual([]);
		expect(readdirSync(directory.path).sort()).toEqual([
			'inputs',
			'journal.jsonl',
			'state.json',
			'state.json.broken-1',
		]);
	});
});

function newFolder(): string {
	return path.join(folder, `run-${runs++}`);
}

function modeOf(entry: string): number {
	return statSync(entry).mode & 0o777;
}

function renameIfThere(entry: string): void {
	try {
		renameSync(entry, `${entry}.before`);
	} catch {
		// Only the journal is there already.
	}
}
