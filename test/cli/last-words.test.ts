import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {runCli} from './cli-process.ts';
import {folderWith, reportOf, resultsOf, runOf, specOf} from './run-folder.ts';

const json = ['spec.yaml', '--simulate', '--display', 'json'];

async function finishedRun(): Promise<string> {
	const folder = folderWith({'spec.yaml': specOf(5)});
	expect((await runCli(json, {cwd: folder})).code).toBe(0);
	return folder;
}

it('does not end with 0 when the results could not be written', async () => {
	const folder = await finishedRun();
	const results = path.join(runOf(folder), 'results.jsonl');
	rmSync(results);
	mkdirSync(path.join(results, 'in the way'), {recursive: true});
	const end = await runCli(json, {cwd: folder});
	expect(end.code).toBe(2);
	expect(end.stderr).toMatch(/^Cannot write .*results\.jsonl: E[A-Z]+\./);
	rmSync(results, {recursive: true});
	expect((await runCli(json, {cwd: folder})).code).toBe(0);
	expect(resultsOf(folder)).toHaveLength(5);
});

it('says on stderr which results a damaged journal took, whatever the display', async () => {
	const folder = await finishedRun();
	const journal = path.join(runOf(folder), 'journal.jsonl');
	const lines = readFileSync(journal, 'utf8').split('\n');
	const answer = lines.findIndex(line => line.startsWith('{"answered":2,'));
	lines[answer] = '#'.repeat(Buffer.byteLength(lines[answer]!));
	writeFileSync(journal, lines.join('\n'));
	rmSync(path.join(runOf(folder), 'results.jsonl'));
	const end = await runCli(json, {cwd: folder});
	expect(end.stderr).toContain('1 results cannot be read from the journal');
	expect(reportOf(end.stdout).requests.done).toBe(5);
	expect(resultsOf(folder).map(({index}) => index)).toEqual([0, 1, 3, 4]);
});

it('ends with 70 on an error that nobody caught, not with the 1 of failed requests', async () => {
	const folder = folderWith({'spec.yaml': specOf(50)});
	const bug = 'setTimeout(() => {throw new Error("a bug")}, 1500)';
	const end = await runCli(['spec.yaml', '--simulate=latency=60s', '--display', 'none'], {
		cwd: folder,
		env: {NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(bug)}`},
	});
	expect(end.code).toBe(70);
	expect(end.stderr).toContain('a bug');
});
