import {writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {expect, it} from 'vitest';
import {runCli, startCli, until} from './cli-process.ts';
import {folderWith, journalOf, runOf, specOf} from './run-folder.ts';
import {expectRestored, startOnScreen} from './terminal.ts';

const args = ['spec.yaml', '--simulate=latency=500ms', '--concurrency', '1'];

it('waits with --wait-lock until the first has ended, and finds its run finished', async () => {
	const folder = folderWith({'spec.yaml': specOf(6)});
	const first = startCli(args, {cwd: folder});
	await first.says('spec: 6 requests');
	const second = startCli([...args, '--wait-lock'], {cwd: folder});
	const ends: string[] = [];
	void first.ended.then(() => ends.push('first'));
	const end = await second.ended;
	ends.push('second');
	expect(end.code).toBe(0);
	expect(ends).toEqual(['first', 'second']);
	expect(end.stdout).toContain('6 of them finished before');
	expect(end.stdout + end.stderr).toContain(`Waiting for process ${first.pid} on ${os.hostname()}`);
});

it('leaves a lock of another host alone while it is fresh', async () => {
	const folder = folderWith({'spec.yaml': specOf(2)});
	expect((await runCli(['spec.yaml', '--simulate', '--no-run'], {cwd: folder})).code).toBe(0);
	const lock = {pid: 1, host: 'elsewhere', bootId: 'x', startTime: '1', pidNamespace: 'pid:[1]'};
	writeFileSync(path.join(runOf(folder), 'lock'), `${JSON.stringify(lock)}\n`);
	const refused = await runCli(['spec.yaml', '--simulate'], {cwd: folder});
	expect(refused.code).toBe(4);
	expect(refused.stderr).toContain('process 1 on elsewhere');
});

it.each([
	['q', 130],
	['\u0003', 130],
])('a screen that waits for another instance can be left with %j', async (key, code) => {
	const slow = ['spec.yaml', '--simulate=latency=30s', '--wait-lock'];
	const folder = folderWith({'spec.yaml': specOf(4)});
	const first = startCli(slow, {cwd: folder});
	await until(() => journalOf(folder).some(({type}) => type === 'attempt-started'), 'the first at work');
	const session = startOnScreen(slow, {cwd: folder});
	await session.shows('STARTING');
	session.type(key);
	expect((await session.exited).exitCode).toBe(code);
	await expectRestored(session);
	expect(journalOf(folder).filter(({type}) => type === 'session-started')).toHaveLength(1);
	first.kill('SIGKILL');
	await first.ended;
});
