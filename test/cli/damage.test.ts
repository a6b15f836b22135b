import {readdirSync, readFileSync, renameSync, rmSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {type CliEnd, runCli} from './cli-process.ts';
import {folderWith, jsonLines, reportOf, resultsOf, runOf, specOf} from './run-folder.ts';

const rest = ['--simulate', '--display', 'json'];

/** A run of 20 requests that a hold stopped after 10. */
async function stoppedRun(): Promise<string> {
	const folder = folderWith({'spec.yaml': specOf(20)});
	const {code} = await runCli(['spec.yaml', '--simulate=auth_after=10', '--concurrency', '2'], {cwd: folder});
	expect(code).toBe(3);
	return folder;
}

async function resume(folder: string, name = 'spec.yaml'): Promise<CliEnd> {
	return runCli([name, '--simulate=seed=1', '--display', 'json'], {cwd: folder});
}

/** The second session sent only what the first had not. */
function expectWhole(folder: string, end: CliEnd): void {
	expect(end.code, end.stderr).toBe(0);
	expect(resultsOf(folder).map(({index}) => index)).toEqual([...Array(20).keys()]);
	const report = reportOf(end.stdout);
	expect(report.requests).toEqual({total: 20, done: 20, failed: 0, pending: 0});
	expect(report.session.requests).toBe(10);
}

it('rebuilds a state.json that was deleted', async () => {
	const folder = await stoppedRun();
	rmSync(path.join(runOf(folder), 'state.json'));
	const plain = await runCli(['spec.yaml', '--simulate=seed=1'], {cwd: folder});
	expect(plain.code).toBe(0);
	expect(plain.stdout).toContain('There was no state.json: the state was rebuilt from the journal.');
	expect(resultsOf(folder)).toHaveLength(20);
});

it('goes on in a folder that was moved, from another working directory', async () => {
	const folder = await stoppedRun();
	const moved = `${folder}-moved`;
	renameSync(folder, moved);
	// Back, so that the end of the test removes it.
	const end = await runCli([path.join(path.basename(moved), 'spec.yaml'), ...rest], {
		cwd: path.dirname(moved),
	});
	renameSync(moved, folder);
	expectWhole(folder, end);
	expect(jsonLines(end.stdout)[0]).toMatchObject({event: 'run-started', finished: 10, session: 2});
	const everything = readdirSync(runOf(folder), {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile())
		.map(entry => readFileSync(path.join(entry.parentPath, entry.name), 'utf8'));
	expect(everything.join('')).not.toContain(folder);
});

it('writes lost result files again without a call', async () => {
	const folder = await stoppedRun();
	expectWhole(folder, await resume(folder));
	const rows = resultsOf(folder);
	rmSync(path.join(runOf(folder), 'results.jsonl'));
	const end = await resume(folder);
	expect(end.code).toBe(0);
	expect(reportOf(end.stdout).session.requests).toBe(0);
	expect(resultsOf(folder)).toEqual(rows);
});
