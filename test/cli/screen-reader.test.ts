import {describe, expect, it} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {runCli, until} from './cli-process.ts';
import {folderWith, specOf} from './run-folder.ts';
import {expectSaneLine, startBeforeShell} from './terminal.ts';

const env = {OPENAI_API_KEY: 'sk-test-screen-reader'};
/** All that is not text and line ends. */
const control = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

describe('--screen-reader', () => {
	it.each([[{}], [{TERM: 'dumb'}]])(
		'says a run in lines without a control code, takes keys, and leaves on q: %j',
		async more => {
			const simulator = await simulated('latency=50..150ms,refusal=20%');
			const folder = folderWith({'spec.yaml': specOf(40)});
			const args = ['spec.yaml', '--base-url', simulator.url, '--concurrency', '4', '--screen-reader'];
			const session = startBeforeShell(args, {cwd: folder, env: {...env, ...more}, rows: 200});
			await session.shows('? tells the keys');
			await session.shows('RUNNING: ');
			await until(() => simulator.calls.length >= 8, '8 calls');
			session.type('p');
			await session.shows('paused: nothing new starts');
			await session.shows('PAUSED: ');
			session.type('p');
			await session.shows('the run goes on');
			await session.shows('DONE: 100.0%, 40 of 40');
			await session.shows('report: ');
			session.type('1');
			await session.shows('pane 1 Queue, list of 40 requests');
			session.type('j');
			await session.shows('row 2 of 40: ');
			session.type('?');
			await session.shows('this help');
			session.type('q');
			session.type('q');
			session.type('q');
			await session.shows('the end');
			await session.exited;
			expect(session.output()).toMatch(/code [01]/);
			expectSaneLine(session);
			expect(control.test(session.output().replaceAll('\t', ''))).toBe(false);
		},
	);

	it('asks before it quits, in words', async () => {
		const simulator = await simulated('latency=2s');
		const folder = folderWith({'spec.yaml': specOf(10)});
		const args = ['spec.yaml', '--base-url', simulator.url, '--concurrency', '4', '--screen-reader'];
		const session = startBeforeShell(args, {cwd: folder, env});
		await session.shows('RUNNING: ');
		await until(() => simulator.calls.length >= 4, '4 calls, and 4 more in flight');
		session.type('q');
		await session.shows('calls in flight, up to');
		await session.shows('y leave after 10 s');
		session.type('n');
		session.type('\u0003');
		await session.shows('ending: ctrl-c again to quit now');
		session.type('\u0003');
		await session.shows('the end');
		expect(session.output()).toContain('code 130');
	});

	it('is plain lines where there is no terminal for keys', async () => {
		const folder = folderWith({'spec.yaml': specOf(2)});
		const {code, stdout} = await runCli(['spec.yaml', '--simulate', '--screen-reader'], {cwd: folder});
		expect(code).toBe(0);
		expect(stdout).toMatch(/^\d\d:\d\d:\d\d {2}spec: 2 requests/);
	});
});
