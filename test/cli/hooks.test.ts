import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {runCli, until} from './cli-process.ts';
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
