import {readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {expect, onTestFinished, test} from 'vitest';
import {cliEnvironment, cliFile, startCli, until} from '../cli/cli-process.ts';
import {journalOf, reportOf, runOf} from '../cli/run-folder.ts';
import {startInPty} from '../ui/pty-session.ts';
import {expectInvariants} from './invariants.ts';
import {atWork, requests, type SlowRun, slowRun} from './slow-run.ts';

/** Longer than a call may take: what was answered meanwhile waits in the sockets. */
const stoppedMs = 4000;
const rest = 'rate: {concurrency: 4}\nretry: {timeout_s: 3}';

/** No call was taken for lost, none repeated, and when it went on no more left at once than may be out. */
function expectNoBurst({folder, witness}: SlowRun, continuedAtMs: number): void {
	expect(journalOf(folder).filter(({type}) => type === 'attempt-failed')).toEqual([]);
	const calls = witness.of('direct');
	expect(calls).toHaveLength(requests);
	const atOnce = calls.filter(({startedAtMs: at}) => at >= continuedAtMs && at < continuedAtMs + 100);
	expect(atOnce.length, 'calls in the first moment').toBeLessThanOrEqual(4);
}

test('fault 14: SIGTSTP gives the terminal to the shell, fg redraws, and no call has timed out meanwhile', async () => {
	const run = await slowRun('latency=200..400ms', rest);
	const {folder, env, key, witness, args} = run;
	const session = startInPty('bash', ['--norc', '--noediting', '-i'], {
		columns: 120,
		rows: 40,
		env: {...cliEnvironment(env), PS1: 'shell> ', CI: ''},
	});
	onTestFinished(session.close);
	await session.shows('shell>');
	const words = [process.execPath, cliFile, ...args].map(word => `'${word}'`).join(' ');
	session.type(`cd '${folder}'; ${words}; echo "code $?"\r`);
	await session.shows('RUNNING');
	await atWork(run);
	const {pid} = JSON.parse(readFileSync(path.join(runOf(folder), 'lock'), 'utf8')) as {readonly pid: number};

	process.kill(pid, 'SIGTSTP');
	await session.shows('Stopped');
	expect(session.terminal.buffer.active.type).toBe('normal');
	expect(session.terminal.modes.bracketedPasteMode).toBe(false);
	session.type('stty -a; echo "is $((40 + 2))"\r');
	await session.shows('is 42');
	expect(session.output()).toMatch(/[^-]icanon[\s\S]*[^-]echo\b/);
	await delay(stoppedMs);

	session.type('fg\r');
	const continuedAtMs = Date.now();
	await until(() => session.terminal.buffer.active.type === 'alternate', 'the screen again');
	await session.shows('RUNNING');
	await session.shows('[2 Report]');
	session.type('q');
	await session.shows('shell>');
	expectNoBurst(run, continuedAtMs);
	await expectInvariants({folder, requests, ends: [], keys: [key], witness, session});
	session.type('exit\r');
	await session.exited;
});

test('fault 14: stopped and continued without a screen: answers that came meanwhile are taken', async () => {
	const run = await slowRun('latency=200..400ms', rest);
	const {folder, env, key, witness, args} = run;
	const child = startCli([...args, '--display', 'json'], {cwd: folder, env});
	await atWork(run);
	child.kill('SIGSTOP');
	await delay(stoppedMs);
	const continuedAtMs = Date.now();
	child.kill('SIGCONT');
	const end = await child.ended;
	expect(end.code, end.stderr).toBe(0);
	expectNoBurst(run, continuedAtMs);
	expect(reportOf(end.stdout)).toMatchObject({retries: 0, maybe_billed: {calls: 0}});
	await expectInvariants({folder, requests, ends: [end], keys: [key], witness});
});
