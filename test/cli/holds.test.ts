import {readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {runCli} from './cli-process.ts';
import {folderWith, jsonLines, reportOf, resultsOf, runOf, specOf} from './run-folder.ts';

const env = {OPENAI_API_KEY: 'sk-test-holds'};

it('holds only the queue of an unknown model; the others end', async () => {
	const simulator = await simulated();
	const spec = specOf(5).replace('model: gpt-4o-mini', 'model: [gpt-4o-mini, no-such-model]');
	const folder = folderWith({'spec.yaml': spec});
	const args = ['spec.yaml', '--base-url', simulator.url, '--display', 'json'];
	const {code, stdout, stderr} = await runCli(args, {cwd: folder, env});
	expect(code).toBe(3);
	expect(stderr).toContain('openai/no-such-model is held');
	expect(jsonLines(stdout).find(({event}) => event === 'held')).toMatchObject({
		queue: expect.stringContaining('no-such-model'),
	});
	expect(reportOf(stdout).requests).toEqual({total: 10, done: 5, failed: 0, pending: 5});
	expect(resultsOf(folder).map(({model}) => model)).toEqual(Array(5).fill('gpt-4o-mini'));

	const status = await runCli(['status', 'spec.yaml', '--json'], {cwd: folder});
	expect(status.code).toBe(0);
	expect(JSON.parse(status.stdout)).toMatchObject({
		held: [expect.stringContaining('no-such-model')],
		owner: null,
		requests: {done: 5, pending: 5},
	});
});

it('says with --display none on stderr what only a person can mend', async () => {
	const folder = folderWith({'spec.yaml': specOf(20)});
	const args = ['spec.yaml', '--simulate=auth_after=5', '--display', 'none'];
	const {code, stdout, stderr} = await runCli(args, {cwd: folder});
	expect({code, stdout}).toEqual({code: 3, stdout: ''});
	expect(stderr).toContain('Incorrect API key provided.');
	expect(readFileSync(path.join(runOf(folder), 'results.jsonl'), 'utf8')).not.toBe('');
});
