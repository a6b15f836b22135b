import {execFileSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {expect, it, onTestFinished} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {cliEnvironment, cliFile, until} from './cli-process.ts';
import {folderWith, journalOf, runOf, specOf} from './run-folder.ts';
import {expectRestored, expectSaneLine, startBeforeShell} from './terminal.ts';

/** Loaded into every thread: throws in one of them once the file `go` is there. */
function bomb(thread: 'main' | 'worker'): string {
	return `
		const {existsSync} = require('node:fs');
		const {isMainThread, workerData} = require('node:worker_threads');
		const isHere = ${thread === 'main' ? 'isMainThread' : '!isMainThread && workerData?.specPath'};
		const timer = isHere && setInterval(() => {
			if (existsSync('go')) {
				clearInterval(timer);
				throw new Error('a bug in the ${thread} thread');
			}
		}, 20);
		if (timer) timer.unref();
	`;
}

async function crashing(thread: 'main' | 'worker') {
	const simulator = await simulated('latency=500ms');
	const folder = folderWith({'spec.yaml': specOf(40), 'bomb.cjs': bomb(thread)});
	const session = startBeforeShell(['spec.yaml', '--base-url', simulator.url, '--concurrency', '4'], {
		cwd: folder,
		env: {OPENAI_API_KEY: 'sk-test-crash', NODE_OPTIONS: '--require ./bomb.cjs'},
	});
	await session.shows('RUNNING');
	await until(() => simulator.calls.length >= 4, '4 calls');
	writeFileSync(path.join(folder, 'go'), '');
	await session.shows('the end');
	await session.exited;
	return {simulator, folder, session};
}

it('a bug of the screen gives the terminal back, lets the engine drain and save, and ends with 70', async () => {
	const {simulator, folder, session} = await crashing('main');
	expect(session.output()).toContain('code 70');
	expect(session.output()).toContain('a bug in the main thread');
	await expectRestored(session);
	expectSaneLine(session);
	const journal = journalOf(folder);
	expect(journal.at(-1)!.type).toBe('session-ended');
	const answers = journal.filter(({type}) => type === 'attempt-answered').length;
	expect(answers).toBe(simulator.calls.length);
	expect(answers).toBeGreaterThanOrEqual(4);
	expect(answers).toBeLessThan(40);
});

it('a bug in the engine’s thread gives the terminal back and ends with 70', async () => {
	const {folder, session} = await crashing('worker');
	expect(session.output()).toContain('code 70');
	expect(session.output()).toContain('a bug in the worker thread');
	await expectRestored(session);
	expectSaneLine(session);
	expect(journalOf(folder).length).toBeGreaterThan(0);
});

it('after kill -9 `reset; tput rmcup` restores the terminal', async () => {
	const folder = folderWith({'spec.yaml': specOf(40)});
	const socket = `promptbatch-${process.pid}-${path.basename(folder)}`;
	const tmux = (...words: readonly string[]) =>
		execFileSync('tmux', ['-L', socket, ...words], {
			cwd: folder,
			env: cliEnvironment(),
			stdio: ['ignore', 'pipe', 'ignore'],
		}).toString();
	onTestFinished(() => void tmux('kill-server'));
	tmux('-f', '/dev/null', 'new-session', '-d', '-x', '80', '-y', '24', "env PS1='shell> ' bash --norc");
	const shows = (text: string) => tmux('capture-pane', '-p').includes(text);
	const facts = () =>
		tmux('display-message', '-p', '#{alternate_on} #{cursor_flag} #{wrap_flag} #{mouse_any_flag}').trim();
	const type = (text: string) => tmux('send-keys', text, 'Enter');
	await until(() => shows('shell>'), 'the shell');
	const before = facts();
	expect(before).toBe('0 1 1 0');
	type(`'${process.execPath}' '${cliFile}' spec.yaml --simulate=latency=30s`);
	await until(() => shows('RUNNING'), 'the run');
	expect(facts()).toBe('1 0 0 0');
	const owner = JSON.parse(readFileSync(path.join(runOf(folder), 'lock'), 'utf8'));
	process.kill(owner.pid, 'SIGKILL');
	// Its word on the end may be cut off at the edge, as nothing wraps any more.
	await until(() => shows('shell>'), 'the end');
	// The shell takes the keyboard back by itself, not the screen.
	expect(facts()).toBe('1 0 0 0');
	// `reset` alone leaves the alternate screen of xterm, but not that of tmux.
	type('reset; tput rmcup');
	await until(() => facts() === before, 'the terminal as it was');
	type('stty -a > line; echo $((40 + 2))');
	await until(() => shows('42'), 'a shell that answers');
	expect(execFileSync('cat', ['line'], {cwd: folder}).toString()).toMatch(/[^-]icanon[\s\S]*[^-]echo\b/);
});
