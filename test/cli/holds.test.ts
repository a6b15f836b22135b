import {readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {runCli} from './cli-process.ts';
import {folderWith, journalOf, jsonLines, reportOf, resultsOf, runOf, specOf} from './run-folder.ts';

const env = {OPENAI_API_KEY: 'sk-test-holds'};

describe.each([
	['auth_after=10', 'auth', 401],
	['quota_after=10', 'quota', 429],
])('a queue held by %s', (script, kind, status) => {
	it('stops with 3 and the reason, fails nothing, and is tried with one call at the next start', async () => {
		const simulator = await simulated(`${script},latency=20ms`);
		const folder = folderWith({'spec.yaml': specOf(40)});
		const args = ['spec.yaml', '--base-url', simulator.url, '--concurrency', '4', '--display', 'json'];
		const held = await runCli(args, {cwd: folder, env});
		expect(held.code).toBe(3);
		const [hold, ...others] = jsonLines(held.stdout).filter(({event}) => event === 'held');
		expect(hold).toMatchObject({
			queue: 'openai/gpt-4o-mini',
			reason: expect.stringContaining(String(status)),
		});
		expect(others).toEqual([]);
		expect(reportOf(held.stdout)).toMatchObject({
			requests: {total: 40, done: 10, failed: 0, pending: 30},
			failures: {},
			exit_code: 3,
		});
		expect(journalOf(folder).filter(event => event.type === 'queue-held')).toMatchObject([
			{failure: {kind, status}},
		]);
		// Those that were under way when the first refusal came; none after it.
		expect(simulator.calls.length).toBeLessThanOrEqual(10 + 4);

		const before = simulator.calls.length;
		const plain = await runCli(args.slice(0, -2), {cwd: folder, env});
		expect(plain.code).toBe(3);
		expect(plain.stdout).toContain('is held');
		expect(plain.stdout).toMatch(/resume +promptbatch-tui spec\.yaml --base-url/);
		expect(simulator.calls.length - before).toBe(1);

		const mended = await simulated('latency=20ms');
		const better = ['spec.yaml', '--base-url', mended.url, '--concurrency', '4'];
		expect((await runCli(better, {cwd: folder, env})).code).toBe(0);
		expect(resultsOf(folder).map(({index}) => index)).toEqual([...Array(40).keys()]);
		const [first, second] = mended.calls.toSorted((one, other) => one.startedAtMs - other.startedAtMs);
		expect(first!.concurrency).toBe(1);
		expect(second!.startedAtMs).toBeGreaterThanOrEqual(first!.finishedAtMs - 1);
		expect(mended.calls).toHaveLength(30);
	});
});

it('holds only the queue of an unknown model; the others end', async () => {
	const simulator = await simulated();
	const spec = specOf(5).replace('model: gpt-4o-mini', 'model: [gpt-4o-mini, no-such-model]');
	const folder = folderWith({'spec.yaml': spec});
	const args = ['spec.yaml', '--base-url', simulator.url, '--display', 'json'];
	const {code, stdout, stderr} = await runCli(args, {cwd: folder, env});
	expect(code).toBe(3);
	expect(stderr).toContain('openai/no-such-model is held');
	expect(jsonLines(stdout).find(({event}) => event === 'held')).toMatchObject({
		queue: expect.stringContaining('no-such-model'),
	});
	expect(reportOf(stdout).requests).toEqual({total: 10, done: 5, failed: 0, pending: 5});
	expect(resultsOf(folder).map(({model}) => model)).toEqual(Array(5).fill('gpt-4o-mini'));

	const status = await runCli(['status', 'spec.yaml', '--json'], {cwd: folder});
	expect(status.code).toBe(0);
	expect(JSON.parse(status.stdout)).toMatchObject({
		held: [expect.stringContaining('no-such-model')],
		owner: null,
		requests: {done: 5, pending: 5},
	});
});

it('says with --display none on stderr what only a person can mend', async () => {
	const folder = folderWith({'spec.yaml': specOf(20)});
	const args = ['spec.yaml', '--simulate=auth_after=5', '--display', 'none'];
	const {code, stdout, stderr} = await runCli(args, {cwd: folder});
	expect({code, stdout}).toEqual({code: 3, stdout: ''});
	expect(stderr).toContain('Incorrect API key provided.');
	expect(readFileSync(path.join(runOf(folder), 'results.jsonl'), 'utf8')).not.toBe('');
});
