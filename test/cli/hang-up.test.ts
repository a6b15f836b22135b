import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it, onTestFinished} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {cliEnvironment, cliFile, startCli, until} from './cli-process.ts';
import {folderWith, journalOf, resultsOf, specOf} from './run-folder.ts';
import {expectRestored, startOnScreen} from './terminal.ts';

it('does not outlive its terminal with the report of a finished run', async () => {
	const simulator = await simulated();
	const folder = folderWith({'spec.yaml': specOf(2)});
	const env = cliEnvironment({OPENAI_API_KEY: 'sk-test-hang-up'});
	const {hangUp, shows, code} = inTmux(['spec.yaml', '--base-url', simulator.url], folder, env);
	await until(() => shows('DONE'), 'the report');
	hangUp();
	expect(await code()).toBe('0');
});

it('closes the report on SIGTERM', async () => {
	const simulator = await simulated();
	const folder = folderWith({'spec.yaml': specOf(2)});
	const env = {OPENAI_API_KEY: 'sk-test-hang-up'};
	const session = startOnScreen(['spec.yaml', '--base-url', simulator.url], {cwd: folder, env});
	await session.shows('[2 Report]');
	process.kill(session.pid, 'SIGTERM');
	expect((await session.exited).exitCode).toBe(0);
	expectRestored(session);
});

describe('with --on-hangup continue', () => {
	it('the run outlives its terminal, and ends with its own code', async () => {
		const simulator = await simulated('latency=200ms');
		const folder = folderWith({'spec.yaml': specOf(40)});
		const args = ['spec.yaml', '--base-url', simulator.url, '--concurrency', '4', '--on-hangup', 'continue'];
		const {hangUp, code} = inTmux(args, folder, cliEnvironment({OPENAI_API_KEY: 'sk-test-hang-up'}));
		await until(() => simulator.calls.length >= 4, '4 calls');
		hangUp();
		expect(await code()).toBe('0');
		expect(simulator.calls).toHaveLength(40);
		expect(resultsOf(folder)).toHaveLength(40);
		expect(journalOf(folder).filter(({type}) => type === 'session-started')).toHaveLength(1);
	});

	it('it ends with 3 when only a person could go on', async () => {
		const folder = folderWith({'spec.yaml': specOf(10)});
		const args = ['spec.yaml', '--simulate=auth_after=3', '--concurrency', '1', '--on-hangup', 'continue'];
		const {hangUp, shows, code} = inTmux(args, folder, cliEnvironment());
		await until(() => shows('HELD'), 'the hold');
		hangUp();
		expect(await code()).toBe('3');
	});

	it('the screen closes on SIGHUP, and a SIGTERM later drains', async () => {
		const simulator = await simulated('latency=200ms');
		const folder = folderWith({'spec.yaml': specOf(400)});
		const args = ['spec.yaml', '--base-url', simulator.url, '--concurrency', '4', '--on-hangup', 'continue'];
		const session = startOnScreen(args, {cwd: folder, env: {OPENAI_API_KEY: 'sk-test-hang-up'}});
		await session.shows('RUNNING');
		process.kill(session.pid, 'SIGHUP');
		await until(() => session.output().includes('\u001b[?1049l'), 'the screen given back');
		const before = simulator.calls.length;
		await until(() => simulator.calls.length >= before + 8, 'the run going on');
		process.kill(session.pid, 'SIGTERM');
		expect(await session.exited).toMatchObject({exitCode: 143});
		await expectRestored(session);
		const answers = journalOf(folder).filter(({type}) => type === 'attempt-answered');
		expect(answers).toHaveLength(simulator.calls.length);
		expect(simulator.calls.map(({status}) => status)).toEqual(Array(simulator.calls.length).fill(200));
	});

	it('a headless run goes on as well', async () => {
		const folder = folderWith({'spec.yaml': specOf(40)});
		const args = ['spec.yaml', '--simulate=latency=100ms', '--concurrency', '4', '--on-hangup', 'continue'];
		const child = startCli(args, {cwd: folder});
		await child.says('spec: 40 requests');
		child.kill('SIGHUP');
		const {code, stdout} = await child.ended;
		expect(code).toBe(0);
		expect(stdout).toContain('40 of 40 requests done');
	});
});

/** The program in a terminal that can be taken away, and the exit code that its shell finds then. */
function inTmux(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
	const socket = `promptbatch-${process.pid}-${path.basename(cwd)}`;
	const tmux = (...words: readonly string[]) =>
		execFileSync('tmux', ['-L', socket, ...words], {
			cwd,
			env,
			stdio: ['ignore', 'pipe', 'ignore'],
		}).toString();
	onTestFinished(() => {
		try {
			tmux('kill-server');
		} catch {
			// It has ended with the test.
		}
	});
	const command = [process.execPath, cliFile, ...args].map(word => `'${word}'`).join(' ');
	const file = path.join(cwd, 'code');
	const shell = `trap : HUP; ${command}; echo $? > ${file}`;
	tmux('-f', '/dev/null', 'new-session', '-d', '-x', '120', '-y', '40', shell);
	return {
		hangUp: () => tmux('kill-server'),
		shows: (text: string) => tmux('capture-pane', '-p').includes(text),
		async code() {
			await until(() => existsSync(file) && readFileSync(file, 'utf8') !== '', 'the end');
			return readFileSync(file, 'utf8').trim();
		},
	};
}
