import {execFileSync, spawn} from 'node:child_process';
import {closeSync, openSync, readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {batchSpec} from '../cli/batch-run.ts';
import {type CliEnd, cliEnvironment, cliFile, runCli, startCli, until} from '../cli/cli-process.ts';
import {folderWith, journalOf} from '../cli/run-folder.ts';
import {startOnScreen} from '../cli/terminal.ts';
import {simulated} from '../simulator/simulated.ts';
import {expectInvariants} from './invariants.ts';
import {acknowledgedIn} from './own-journal.ts';
import {atWork, expectDrained, requests, type SlowRun, slowRun} from './slow-run.ts';
import {witnessOf} from './witness.ts';

/** The same command goes on where it was. */
async function expectResumed(
	{folder, env, witness, key, args}: SlowRun,
	...ends: readonly CliEnd[]
): Promise<void> {
	const before = acknowledgedIn(folder);
	const end = await runCli([...args, '--concurrency', '16', '--display', 'json'], {cwd: folder, env});
	expect(end.code, end.stderr).toBe(0);
	expect(witness.of('direct'), 'each was asked once').toHaveLength(requests);
	await expectInvariants({folder, requests, ends: [...ends, end], keys: [key], before, witness});
}

test.each([
	['SIGTERM', 143],
	['SIGHUP', 129],
] as const)(
	'fault 13: %s without a screen: saved, %i, and the same command goes on',
	async (signal, code) => {
		const run = await slowRun();
		const child = startCli(run.args, {cwd: run.folder, env: run.env});
		await atWork(run);
		child.kill(signal);
		const end = await child.ended;
		expect(end.code, end.stderr).toBe(code);
		expect(end.stderr).toBe('');
		expectDrained(run);
		await expectResumed(run, end);
	},
);

test.each([
	['SIGTERM', 143],
	['SIGHUP', 129],
] as const)(
	'fault 13: %s to the full screen: saved, %i, and the terminal as it was',
	async (signal, code) => {
		const run = await slowRun();
		const {folder, env, key, witness, args} = run;
		const session = startOnScreen(args, {cwd: folder, env});
		await session.shows('RUNNING');
		await atWork(run);
		process.kill(session.pid, signal);
		expect((await session.exited).exitCode).toBe(code);
		expectDrained(run);
		await expectInvariants({folder, requests, ends: [], keys: [key], witness, session});
	},
);

test('fault 13: nobody reads stdout any more (EPIPE): saved, no stack trace, and the same command goes on', async () => {
	const run = await slowRun();
	const {folder, env, args} = run;
	const child = spawn(process.execPath, [cliFile, ...args, '--display', 'json'], {
		cwd: folder,
		env: cliEnvironment(env),
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	onTestFinished(() => void child.kill('SIGKILL'));
	let stderr = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		stderr += text;
	});
	const code = new Promise<number | null>(resolve => child.once('close', resolve));
	await atWork(run);
	child.stdout.destroy();
	expect(await code, stderr).toBe(129);
	expectDrained(run);
	await expectResumed(run, {code: 129, signal: null, stdout: '', stderr});
});

test('fault 13: the terminal of the full screen is closed (SIGHUP, EIO): saved, and the same command goes on', async () => {
	const run = await slowRun();
	const {folder, env, args} = run;
	const code = await closeTerminalOf(run, [process.execPath, cliFile, ...args], cliEnvironment(env), folder);
	expect(code).toBe('129');
	expectDrained(run);
	await expectResumed(run);
});

test('fault 13: the end of stdin ends nothing', async () => {
	const run = await slowRun('latency=20ms');
	const {folder, env, key, witness, args} = run;
	const ended = openSync('/dev/null', 'r');
	const child = spawn(process.execPath, [cliFile, ...args], {
		cwd: folder,
		env: cliEnvironment(env),
		stdio: [ended, 'pipe', 'pipe'],
	});
	closeSync(ended);
	let stdout = '';
	child.stdout!.setEncoding('utf8').on('data', (text: string) => {
		stdout += text;
	});
	const code = await new Promise<number | null>(resolve => child.once('close', resolve));
	expect(code, stdout).toBe(0);
	const end = {code, signal: null, stdout, stderr: ''};
	await expectInvariants({folder, requests, ends: [end], keys: [key], witness});
});

test('fault 13: SIGTERM while a batch is out: it goes on at the API, and is collected later', async () => {
	const key = 'sk-test-fault-13';
	const env = {OPENAI_API_KEY: key};
	const simulator = await simulated('batch=2s');
	const witness = await witnessOf(simulator.url);
	const folder = folderWith({'spec.yaml': batchSpec(requests, 'mode: batch\nbatch: {poll_s: 0.1}')});
	const args = ['spec.yaml', '--base-url', witness.url, '--display', 'json'];
	const child = startCli(args, {cwd: folder, env});
	await child.says('batch-submitted');
	child.kill('SIGTERM');
	const stopped = await child.ended;
	expect(stopped.code, stopped.stderr).toBe(143);
	expect(journalOf(folder).at(-1)!.type).toBe('session-ended');
	const end = await runCli(args, {cwd: folder, env});
	expect(end.code, end.stderr).toBe(0);
	expect(witness.of('cancel')).toHaveLength(0);
	await expectInvariants({folder, requests, ends: [stopped, end], keys: [key], witness, shards: 1});
});

/** Runs it in a terminal that is taken away once it is at work; the exit code that its shell found. */
async function closeTerminalOf(
	run: SlowRun,
	words: readonly string[],
	env: NodeJS.ProcessEnv,
	cwd: string,
): Promise<string> {
	const socket = `promptbatch-fault-${process.pid}-${path.basename(cwd)}`;
	const tmux = (...rest: readonly string[]) =>
		execFileSync('tmux', ['-L', socket, ...rest], {cwd, env, stdio: ['ignore', 'pipe', 'ignore']});
	onTestFinished(() => {
		try {
			tmux('kill-server');
		} catch {
			// It has ended with its terminal.
		}
	});
	const file = path.join(cwd, 'code');
	const command = words.map(word => `'${word}'`).join(' ');
	tmux(
		'-f',
		'/dev/null',
		'new-session',
		'-d',
		'-x',
		'120',
		'-y',
		'40',
		`trap : HUP; ${command}; echo $? > ${file}`,
	);
	await atWork(run);
	tmux('kill-server');
	const code = () => {
		try {
			return readFileSync(file, 'utf8').trim();
		} catch {
			return '';
		}
	};
	await until(() => code() !== '', 'the end');
	return code();
}
