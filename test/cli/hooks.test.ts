import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {runCli, startCli, until} from './cli-process.ts';
import {folderWith, resultsOf, runOf, specOf} from './run-folder.ts';
import {expectRestored, startOnScreen} from './terminal.ts';

const key = 'sk-test-of-hooks-0123456789';
/** Writes down what it is told, whether the results are there, and whether it can reach a terminal. */
const note =
	'env > $PROMPTBATCH_EVENT.env; ls "$PROMPTBATCH_RUN_DIR" > ls; (echo x > /dev/tty) 2>/dev/null && echo yes > tty; true';
const hooks = `hooks: {done: '${note}', paused: 'echo $PROMPTBATCH_REASON >> paused', guard: 'echo $PROMPTBATCH_EXIT_CODE >> guard', ceiling: 'echo $PROMPTBATCH_CEILING_PERCENT >> ceiling'}`;

const read = (folder: string, name: string): string => {
	const file = path.join(folder, name);
	return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

describe('hooks of a headless run', () => {
	it('tell its end with facts, the results in place and no key, beside the spec', async () => {
		const simulator = await simulated();
		const folder = folderWith({'spec.yaml': specOf(3, hooks)});
		const args = ['spec.yaml', '--base-url', simulator.url, '--display', 'json'];
		const {code, stderr} = await runCli(args, {cwd: folder, env: {OPENAI_API_KEY: key}});
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		const env = read(folder, 'done.env');
		expect(env).toContain(`PROMPTBATCH_RUN_DIR=${runOf(folder)}\n`);
		for (const fact of ['DONE=3', 'FAILED=0', 'PENDING=0', 'TOTAL=3', 'EXIT_CODE=0', 'EVENT=done']) {
			expect(env).toContain(`PROMPTBATCH_${fact}\n`);
		}

		expect(env.includes(key)).toBe(false);
		expect(read(folder, 'ls')).toContain('results.jsonl');
		expect(read(folder, 'paused') + read(folder, 'guard') + read(folder, 'ceiling')).toBe('');

		// A run that was finished before has nothing to tell.
		const again = folderWith({});
		await runCli([path.join(folder, 'spec.yaml'), ...args.slice(1)], {
			cwd: again,
			env: {OPENAI_API_KEY: key},
		});
		expect(read(folder, 'done.env')).toBe(env);
	});

	it('tell a guard and a ceiling once each, and the run ends with 3', async () => {
		const folder = folderWith({'spec.yaml': specOf(200, hooks)});
		const guarded = await runCli(['spec.yaml', '--simulate=refusal=100%'], {cwd: folder});
		expect(guarded.code).toBe(3);
		expect(read(folder, 'guard')).toMatch(/^3?\n$/);
		expect(read(folder, 'paused').split('\n')).toHaveLength(2);
		expect(read(folder, 'ceiling')).toBe('');

		const other = folderWith({'spec.yaml': specOf(40, hooks)});
		const args = [
			'spec.yaml',
			'--simulate=latency=50ms',
			'--concurrency',
			'1',
			'--max-session-requests',
			'20',
		];
		expect((await runCli(args, {cwd: other})).code).toBe(3);
		expect(read(other, 'ceiling')).toBe('80\n100\n');
		expect(read(other, 'paused').split('\n')).toHaveLength(2);
	});

	it('that fail are a warning, and change neither results nor exit code', async () => {
		const folder = folderWith({'spec.yaml': specOf(2, "hooks: {done: 'exit 7'}")});
		const plain = await runCli(['spec.yaml', '--simulate'], {cwd: folder});
		expect(plain.code).toBe(0);
		expect(plain.stdout).toMatch(/warn: the hook of `done` ended with exit code 7/);
		expect(resultsOf(folder)).toHaveLength(2);

		const other = folderWith({'spec.yaml': specOf(2, "hooks: {done: 'exit 7'}")});
		const silent = await runCli(['spec.yaml', '--simulate', '--display', 'none'], {cwd: other});
		expect(silent).toMatchObject({code: 0, stdout: ''});
		expect(silent.stderr).toMatch(/^the hook of `done` ended with exit code 7/);
	});
});

describe('on the full screen', () => {
	it('hooks have no terminal, and the bell rings with a fixed text', async () => {
		const folder = folderWith({'spec.yaml': `name: "mine]9"\n${specOf(3, hooks)}`});
		const session = startOnScreen(['spec.yaml', '--simulate', '--exit-when-done'], {cwd: folder});
		expect((await session.exited).exitCode).toBe(0);
		await expectRestored(session);
		await until(() => read(folder, 'done.env') !== '', 'the hook');
		expect(read(folder, 'tty')).toBe('');
		expect(session.output()).toContain('\u0007\u001b]9;promptbatch: run finished\u001b\\');
		expect(session.output().split('\u001b]')).toHaveLength(2);
	});
});

describe('the work on the results', () => {
	const postprocess = (
		when: string,
		run = 'cat "$PROMPTBATCH_RESULTS" > copy; echo "$PROMPTBATCH_EVENT $PROMPTBATCH_PENDING" >> events',
	) => `hooks: {postprocess: {when: ${when}, run: '${run}'}}`;
	const stopped = [
		'spec.yaml',
		'--simulate',
		'--max-session-requests',
		'2',
		'--concurrency',
		'1',
		'--display',
		'none',
	];
	const whole = ['spec.yaml', '--simulate', '--display', 'none'];

	it('begins when all are done, with the paths, and is waited for', async () => {
		const run =
			'sleep 1; cat $PROMPTBATCH_RESULTS > copy; echo "$PROMPTBATCH_FAILURES" > failures; echo done >> events';
		const folder = folderWith({
			'spec.yaml': specOf(5, `${postprocess('done', run)}\noutput: {parts: {max_entries: 2}}`),
		});
		expect((await runCli(stopped, {cwd: folder})).code).toBe(3);
		expect(read(folder, 'events')).toBe('');
		expect((await runCli(whole, {cwd: folder})).code).toBe(0);
		expect(read(folder, 'copy').split('\n')).toHaveLength(6);
		expect(read(folder, 'failures')).toBe(`${path.join(runOf(folder), 'failures.jsonl')}\n`);
		// A run that was finished before has nothing new to work on.
		expect((await runCli(whole, {cwd: folder})).code).toBe(0);
		expect(read(folder, 'events')).toBe('done\n');
	});

	it('happens after each session, or never, as the spec says', async () => {
		const folder = folderWith({'spec.yaml': specOf(5, postprocess('always'))});
		await runCli(stopped, {cwd: folder});
		expect(read(folder, 'events')).toBe('postprocess 3\n');
		await runCli(whole, {cwd: folder});
		await runCli(whole, {cwd: folder});
		expect(read(folder, 'events')).toBe('postprocess 3\npostprocess 0\npostprocess 0\n');
		const other = folderWith({'spec.yaml': specOf(2, postprocess('never'))});
		expect((await runCli(whole, {cwd: other})).code).toBe(0);
		expect(read(other, 'events')).toBe('');
	});

	it('that fails is a warning, and the results stay', async () => {
		const folder = folderWith({'spec.yaml': specOf(2, "hooks: {postprocess: 'exit 3'}")});
		const {code, stderr} = await runCli(whole, {cwd: folder});
		expect([code, stderr]).toEqual([
			0,
			expect.stringMatching(/^the hook of `postprocess` ended with exit code 3/),
		]);
		expect(resultsOf(folder)).toHaveLength(2);
	});

	it('is left to itself when somebody does not want to wait', async () => {
		const folder = folderWith({
			'spec.yaml': specOf(2, postprocess('done', 'echo x > begun; sleep 3; echo x > over')),
		});
		const cli = startCli(whole, {cwd: folder});
		await until(
			() => read(folder, 'begun') !== '' && existsSync(path.join(runOf(folder), 'results.jsonl')),
			'the hook',
		);
		// It may still be writing its last lines; then the signal is one that ends the run.
		await new Promise(resolve => setTimeout(resolve, 300));
		cli.kill('SIGINT');
		const {code, stderr} = await cli.ended;
		expect([code, stderr, read(folder, 'over')]).toEqual([
			0,
			'a hook still runs and is left to itself\n',
			'',
		]);
		await until(() => read(folder, 'over') !== '', 'the end of the hook');
	});
});
