import process from 'node:process';
import {expect, test} from 'vitest';
import {runCli, startCli, until} from '../cli/cli-process.ts';
import {journalOf, reportOf} from '../cli/run-folder.ts';
import {expectSaneLine, startBeforeShell, startOnScreen} from '../cli/terminal.ts';
import {expectInvariants} from './invariants.ts';
import {acknowledgedIn} from './own-journal.ts';
import {atWork, expectDrained, requests, type SlowRun, slowRun} from './slow-run.ts';

/** The same command goes on, and does not ask again what it has. */
async function expectResumed(
	run: SlowRun,
	more: Partial<Parameters<typeof expectInvariants>[0]> = {},
): Promise<void> {
	const {folder, env, witness, key, args} = run;
	const before = acknowledgedIn(folder);
	const end = await runCli([...args, '--concurrency', '16', '--display', 'json'], {cwd: folder, env});
	expect(end.code, end.stderr).toBe(0);
	const ends = [...(more.ends ?? []), end];
	await expectInvariants({folder, requests, keys: [key], before, witness, ...more, ends});
}

test('fault 12: SIGINT once: nothing more is sent, what is out is waited for and saved', async () => {
	const run = await slowRun();
	const child = startCli(run.args, {cwd: run.folder, env: run.env});
	await atWork(run);
	child.kill('SIGINT');
	const sentAt = Date.now();
	const end = await child.ended;
	expect(end.code, end.stderr).toBe(130);
	expect(run.witness.of('direct').filter(({startedAtMs}) => startedAtMs > sentAt + 300)).toHaveLength(0);
	expectDrained(run);
	await expectInvariants({folder: run.folder, requests, ends: [end], keys: [run.key], witness: run.witness});
	await expectResumed(run, {ends: [end]});
});

test('fault 12: SIGINT twice: saved and left now, and what was out is counted as maybe billed', async () => {
	const run = await slowRun('latency=60s');
	const child = startCli([...run.args, '--display', 'json'], {cwd: run.folder, env: run.env});
	await until(() => run.witness.of('direct').length === 4, 'calls');
	child.kill('SIGINT');
	await new Promise(resolve => setTimeout(resolve, 200));
	child.kill('SIGINT');
	const end = await child.ended;
	expect(end.code, end.stderr).toBe(130);
	expect(reportOf(end.stdout)).toMatchObject({
		requests: {done: 0, pending: requests},
		maybe_billed: {calls: 4},
	});
	const {folder, key, witness} = run;
	await expectInvariants({folder, requests, ends: [end], keys: [key], witness});
});

test('fault 12: SIGINT to the full screen: drained, saved, and the terminal as it was', async () => {
	const run = await slowRun();
	const session = startOnScreen(run.args, {cwd: run.folder, env: run.env});
	await session.shows('RUNNING');
	await atWork(run);
	process.kill(session.pid, 'SIGINT');
	expect((await session.exited).exitCode).toBe(130);
	expectDrained(run);
	await session.shows('resume ');
	await expectResumed(run, {session});
});

test('fault 12: ctrl-c twice on the full screen: left at once, the terminal and its line as they were', async () => {
	const run = await slowRun('latency=60s');
	const session = startBeforeShell(run.args, {cwd: run.folder, env: run.env});
	await session.shows('4/4');
	session.type('\u0003');
	await session.shows('DRAINING');
	session.type('\u0003');
	await session.shows('the end');
	await session.exited;
	expect(session.output()).toContain('code 130');
	expect(session.output()).toContain('4 calls that ended without an answer');
	expectSaneLine(session);
	const {folder, key, witness} = run;
	expect(journalOf(folder).at(-1)!.type).toBe('session-ended');
	await expectInvariants({folder, requests, ends: [], keys: [key], witness, session});
});
