import {cpSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {runCli} from './cli-process.ts';
import {fileOf, stoppedRun} from './doctor-fixture.ts';
import {folderWith, reportOf, resultsOf, runOf} from './run-folder.ts';

/** A run as an earlier version left it, see `fixtures/old-runs/README.md`. */
function oldRun(name: string): string {
	const folder = folderWith({});
	cpSync(path.join('fixtures', 'old-runs', name), folder, {recursive: true});
	return folder;
}

test.each([
	['1-direct', 7],
	['1-batch', 0],
])('%s opens, resumes, exports and verifies; its state is kept as it was', async (name, done) => {
	const folder = oldRun(name);
	const before = readFileSync(fileOf(folder, 'state.json'));
	const looked = await runCli(['export', 'spec.yaml'], {cwd: folder});
	expect(looked.code).toBe(0);
	expect(looked.stdout.split('\n').filter(line => line !== '')).toHaveLength(done);
	// Who only looks changes nothing.
	expect(readFileSync(fileOf(folder, 'state.json')).equals(before)).toBe(true);
	const end = await runCli(['spec.yaml', '--simulate=seed=1', '--display', 'json'], {cwd: folder});
	expect(end.code, end.stderr + end.stdout).toBe(0);
	expect(reportOf(end.stdout).session.requests).toBe(10 - done);
	expect(resultsOf(folder).map(({index}) => index)).toEqual([...Array(10).keys()]);
	expect(readFileSync(fileOf(folder, 'state.json.v1.bak')).equals(before)).toBe(true);
	expect(statSync(fileOf(folder, 'state.json.v1.bak')).mode & 0o777).toBe(0o600);
	expect(readFileSync(fileOf(folder, 'state.json'), 'utf8')).toMatch(
		/^\{"format":"promptbatch-tui run","version":2,/,
	);
	const verified = await runCli(['verify', 'spec.yaml'], {cwd: folder});
	expect(verified.code, verified.stdout).toBe(0);
	const doctor = await runCli(['doctor', 'spec.yaml'], {cwd: folder});
	expect(doctor.stdout).toBe('spec.promptbatch: nothing to mend\n');
});

test('doctor brings an old state up to date', async () => {
	const folder = oldRun('1-direct');
	const {code, stdout} = await runCli(['doctor', 'spec.yaml', '--json'], {cwd: folder});
	expect(code).toBe(0);
	expect(JSON.parse(stdout)).toMatchObject({
		mended: expect.arrayContaining([expect.stringContaining('of an earlier version')]),
		lost: [],
	});
	expect(readdirSync(runOf(folder))).toContain('state.json.v1.bak');
	const again = await runCli(['doctor', 'spec.yaml'], {cwd: folder});
	expect(again.stdout).toBe('spec.promptbatch: nothing to mend\n');
});

test('keys that a later version of the same form wrote are kept', async () => {
	const folder = await stoppedRun();
	const file = fileOf(folder, 'state.json');
	const state = JSON.parse(readFileSync(file, 'utf8')) as {readonly [key: string]: unknown};
	writeFileSync(file, JSON.stringify({...state, dreams: {of: [1, 2]}}));
	expect((await runCli(['doctor', 'spec.yaml'], {cwd: folder})).code).toBe(0);
	expect((await runCli(['spec.yaml', '--simulate=seed=1'], {cwd: folder})).code).toBe(0);
	expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({dreams: {of: [1, 2]}});
});

test.each([
	[
		'state.json',
		(text: string) => text.replace(/"version":\d+,"tool":"[^"]*"/, '"version":99,"tool":"9.0.0"'),
	],
	['journal.jsonl', (text: string) => text.replace(/"journal":\d+/, '"journal":99')],
])('a %s of a newer version is refused with one sentence, and nothing is touched', async (name, newer) => {
	const folder = await stoppedRun();
	const file = fileOf(folder, name);
	const text = readFileSync(file, 'utf8');
	writeFileSync(file, `${newer(text)}{"torn`);
	expect(readFileSync(file, 'utf8')).toContain('99');
	writeFileSync(fileOf(folder, 'state.json.tmp-12'), 'half');
	const shot = () =>
		readdirSync(runOf(folder)).map(one => [
			one,
			statSync(fileOf(folder, one)).mtimeMs,
			statSync(fileOf(folder, one)).mode,
		]);
	const before = shot();
	for (const command of [
		['spec.yaml', '--simulate'],
		['doctor', 'spec.yaml'],
		['status', 'spec.yaml'],
	]) {
		const {code, stdout, stderr} = await runCli(command, {cwd: folder});
		expect({code, stdout}, command.join(' ')).toEqual({code: 2, stdout: ''});
		expect(stderr).toMatch(/^\S+ was written by .* of promptbatch-tui\.\nInstall the newest version\.\n$/);
		expect(shot()).toEqual(before);
	}
});
