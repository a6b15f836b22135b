import {rmSync, statSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {runCli} from './cli-process.ts';
import {folderWith, resultsOf, runOf, specOf} from './run-folder.ts';

const command = ['spec.yaml', '--simulate', '--display', 'none'];

it('leaves the results of a finished run as they are, and makes them again when they are gone', async () => {
	const folder = folderWith({'spec.yaml': specOf(5)});
	const results = path.join(runOf(folder), 'results.jsonl');
	expect((await runCli(command, {cwd: folder})).code).toBe(0);
	const {ino} = statSync(results);

	expect((await runCli(command, {cwd: folder})).code).toBe(0);
	expect(statSync(results).ino).toBe(ino);

	rmSync(results);
	expect((await runCli(command, {cwd: folder})).code).toBe(0);
	expect(resultsOf(folder)).toHaveLength(5);
});
