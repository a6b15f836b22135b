import {existsSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {startInPty} from '../ui/pty-session.ts';
import {cliEnvironment, cliFile, runCli} from './cli-process.ts';
import {folderWith, journalOf, reportOf, resultsOf, runOf, specOf} from './run-folder.ts';

it('creates the run, sends nothing and needs no key; the command without it runs', async () => {
	const simulator = await simulated();
	const folder = folderWith({'spec.yaml': specOf(3)});
	const args = ['spec.yaml', '--base-url', simulator.url];
	const prepared = await runCli([...args, '--no-run'], {cwd: folder});
	expect(prepared).toMatchObject({code: 0, stderr: ''});
	expect(prepared.stdout).toContain('spec.promptbatch: unfinished, nobody runs it');
	expect(prepared.stdout).toContain('0 done, 0 failed, 3 pending of 3');
	expect(journalOf(folder).map(({type}) => type)).toEqual(['run-created']);
	expect(existsSync(path.join(runOf(folder), 'inputs', 'spec.yaml'))).toBe(true);
	expect(existsSync(path.join(runOf(folder), 'lock'))).toBe(false);
	expect(simulator.calls).toEqual([]);

	expect((await runCli(args, {cwd: folder, env: {OPENAI_API_KEY: 'sk-test'}})).code).toBe(0);
	expect(simulator.calls).toHaveLength(3);
	expect(resultsOf(folder)).toHaveLength(3);
});

it('says where an existing run stands, in the words of the display', async () => {
	const folder = folderWith({'spec.yaml': specOf(20)});
	const stopped = await runCli(['spec.yaml', '--simulate=auth_after=5'], {cwd: folder});
	expect(stopped.code).toBe(3);
	const args = ['spec.yaml', '--simulate', '--no-run'];
	const plain = await runCli(args, {cwd: folder});
	expect(plain.code).toBe(0);
	expect(plain.stdout).toContain('5 done, 0 failed, 15 pending of 20');
	expect(plain.stdout).toContain('held');
	const json = await runCli([...args, '--display', 'json'], {cwd: folder});
	expect(reportOf(json.stdout)).toMatchObject({
		event: 'report',
		requests: {done: 5, pending: 15},
		exit_code: 0,
	});
	expect(await runCli([...args, '--display', 'none'], {cwd: folder})).toMatchObject({code: 0, stdout: ''});
});

it('leaves nothing behind when the start is refused', async () => {
	const folder = folderWith({'spec.yaml': specOf(2)});
	expect((await runCli(['spec.yaml', '--no-run', '--set', 'rate.rpm=many'], {cwd: folder})).code).toBe(2);
	expect(existsSync(runOf(folder))).toBe(false);
});

it('prints lines instead of the full screen in a terminal', async () => {
	const folder = folderWith({'spec.yaml': specOf(2)});
	const command = `cd ${folder} && exec "${process.execPath}" "${cliFile}" spec.yaml --simulate --no-run`;
	const session = startInPty('sh', ['-c', command], {env: cliEnvironment()});
	expect((await session.exited).exitCode).toBe(0);
	await session.shows('2 pending of 2');
	expect(session.output()).not.toContain('\u001b[?1049h');
});
