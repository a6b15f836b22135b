import {readFileSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {expect, it} from 'vitest';
import {runCli, startCli, until} from './cli-process.ts';
import {folderWith, journalOf, resultsOf, runOf, specOf} from './run-folder.ts';
import {expectRestored, startOnScreen} from './terminal.ts';

const args = ['spec.yaml', '--simulate=latency=500ms', '--concurrency', '1'];

it('ends a second start with 4 and the pid and host of the first, and disturbs nothing', async () => {
	const folder = folderWith({'spec.yaml': specOf(8)});
	const first = startCli(args, {cwd: folder});
	await first.says('spec: 8 requests');
	const second = await runCli(args, {cwd: folder});
	expect(second).toMatchObject({code: 4, stdout: ''});
	expect(second.stderr).toContain(`process ${first.pid} on ${os.hostname()}`);
	expect(second.stderr).toContain('--wait-lock');
	expect(second.stderr).not.toContain('    at ');
	const status = await runCli(['status', 'spec.yaml', '--json'], {cwd: folder});
	expect(JSON.parse(status.stdout)).toMatchObject({owner: {pid: first.pid, host: os.hostname()}});
	expect((await first.ended).code).toBe(0);
	expect(resultsOf(folder)).toHaveLength(8);
});

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

it('takes over the lock of a process that was killed, with a notice', async () => {
	const folder = folderWith({'spec.yaml': specOf(8)});
	const first = startCli(args, {cwd: folder});
	await first.says('spec: 8 requests');
	first.kill('SIGKILL');
	await first.ended;
	const lock = readFileSync(path.join(runOf(folder), 'lock'), 'utf8');
	expect(JSON.parse(lock)).toMatchObject({pid: first.pid, host: os.hostname()});
	expect((await runCli(['status', 'spec.yaml'], {cwd: folder})).stdout).toContain('nobody runs it');
	const second = await runCli(args, {cwd: folder});
	expect(second.code).toBe(0);
	expect(second.stdout).toContain(`The lock of process ${first.pid} on ${os.hostname()}, which is gone`);
	expect(resultsOf(folder)).toHaveLength(8);
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
