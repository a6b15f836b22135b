import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {expect, it, onTestFinished} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {cliEnvironment, cliFile, runCli, until} from './cli-process.ts';
import {folderWith, journalOf, resultsOf, specOf} from './run-folder.ts';

/** As when an SSH connection drops: the terminal is gone, and every write to it fails from then on. */
it('drains and saves when the terminal goes away, and the same command resumes', async () => {
	const simulator = await simulated('latency=200ms');
	const folder = folderWith({'spec.yaml': specOf(40)});
	const args = ['spec.yaml', '--base-url', simulator.url, '--concurrency', '4'];
	const env = cliEnvironment({OPENAI_API_KEY: 'sk-test-hang-up'});
	const socket = `promptbatch-${process.pid}`;
	const tmux = (...words: readonly string[]) =>
		execFileSync('tmux', ['-L', socket, ...words], {cwd: folder, env, stdio: 'ignore'});
	onTestFinished(() => {
		try {
			tmux('kill-server');
		} catch {
			// It has ended with the test.
		}
	});
	const command = [process.execPath, cliFile, ...args].map(word => `'${word}'`).join(' ');
	const code = path.join(folder, 'code');
	const shell = `trap : HUP; ${command}; echo $? > ${code}`;
	tmux('-f', '/dev/null', 'new-session', '-d', '-x', '120', '-y', '40', shell);
	await until(() => simulator.calls.length >= 4, '4 calls');
	tmux('kill-server');
	await until(() => existsSync(code) && readFileSync(code, 'utf8') !== '', 'the end');
	expect(readFileSync(code, 'utf8').trim()).toBe('129');
	expect(journalOf(folder).at(-1)!.type).toBe('session-ended');
	expect(simulator.calls.map(({status}) => status)).toEqual(Array(simulator.calls.length).fill(200));
	const answers = journalOf(folder).filter(({type}) => type === 'attempt-answered').length;
	expect(answers).toBe(simulator.calls.length);
	expect(answers).toBeLessThan(40);

	const resumed = await runCli([...args, '--wait-lock'], {cwd: folder, env});
	expect(resumed.code).toBe(0);
	expect(simulator.calls).toHaveLength(40);
	expect(resultsOf(folder)).toHaveLength(40);
});
