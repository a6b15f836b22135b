import {spawn} from 'node:child_process';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {always, scriptedServer} from '../api/scripted-server.ts';
import {cliEnvironment, cliFile, runCli} from './cli-process.ts';
import {failuresOf, folderWith, jsonLines, reportOf, resultsOf, specOf} from './run-folder.ts';

const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;
const faults = '--simulate=500=10%,refusal=10%,429=5%';
const spec = specOf(60, 'retry: {initial_s: 0.01, max_s: 0.05}');

describe('json', () => {
	it('is one object a line, from run-started to a report whose totals are those of the files', async () => {
		const folder = folderWith({'spec.yaml': spec});
		const {stdout, stderr, code} = await runCli(['spec.yaml', faults, '--display', 'json'], {cwd: folder});
		expect({code, stderr}).toEqual({code: 1, stderr: ''});
		expect(stdout.endsWith('\n')).toBe(true);
		const lines = jsonLines(stdout);
		for (const {event, at} of lines) {
			expect(event).toEqual(expect.any(String));
			expect(new Date(at as string).toISOString()).toBe(at);
		}

		const named = (name: string) => lines.filter(({event}) => event === name);
		expect(lines[0]).toMatchObject({event: 'run-started', total: 60, finished: 0, simulated: true});
		expect(new Set(lines.map(({event}) => event))).toEqual(
			new Set(['run-started', 'request-finished', 'request-failed', 'retry-scheduled', 'report']),
		);
		const keysOf = (name: string) => Object.keys(named(name)[0]!);
		expect(keysOf('request-finished')).toEqual([
			'event',
			'at',
			'id',
			'index',
			'mode',
			'attempts',
			'cost_usd',
		]);
		expect(keysOf('request-failed')).toEqual(['event', 'at', 'id', 'index', 'kind', 'status']);
		expect(keysOf('retry-scheduled')).toEqual(['event', 'at', 'id', 'kind', 'status', 'wait_ms', 'retry_at']);

		const report = reportOf(stdout);
		expect(Object.keys(report)).toEqual([
			...['event', 'at', 'requests', 'failures', 'attempts', 'retries', 'tokens', 'cost_usd', 'maybe_billed'],
			...[
				'mode',
				'session',
				'seconds',
				'exit_code',
				'latency_ms',
				'by_model',
				'calls',
				'accounted',
				'errors',
				'served',
			],
		]);
		const [results, failures] = [resultsOf(folder), failuresOf(folder)];
		expect(report.requests).toEqual({
			total: 60,
			done: results.length,
			failed: failures.length,
			pending: 0,
		});
		expect(
			named('request-finished')
				.map(({index}) => index)
				.toSorted(byNumber),
		).toEqual(results.map(({index}) => index));
		expect(
			named('request-failed')
				.map(({index}) => index)
				.toSorted(byNumber),
		).toEqual(failures.map(({index}) => index));
		expect(report).toMatchObject({
			failures: {refusal: failures.filter(({error}) => error.kind === 'refusal').length},
			retries: named('retry-scheduled').length,
			attempts: 60 + named('retry-scheduled').length,
			mode: {direct: results.length, batch: 0},
			exit_code: 1,
		});
		const usages = results.map(({usage}) => usage as {readonly completion_tokens: number});
		expect(report.tokens.output).toBeGreaterThanOrEqual(
			usages.reduce((sum, usage) => sum + usage.completion_tokens, 0),
		);
	});
});

describe('plain', () => {
	it('is lines without any control code, whatever the answers are', async () => {
		const choices = [
			{index: 0, message: {role: 'assistant', content: '\u001b]0;owned\u0007'}, finish_reason: 'stop'},
		];
		const usage = {prompt_tokens: 1, completion_tokens: 1, total_tokens: 2};
		const server = await scriptedServer((request, response) => {
			const script = request.body.includes('Say 1"')
				? always(400, {error: {message: 'bad \u001b[2J\u009b31m request', type: 'invalid_request_error'}})
				: always(200, {id: 'c', object: 'chat.completion', model: 'm', choices, usage});
			script(request, response);
		});
		const folder = folderWith({'spec.yaml': specOf(3)});
		const args = ['spec.yaml', '--base-url', `${server.origin}/v1`];
		const {stdout, stderr, code} = await runCli(args, {cwd: folder, env: {OPENAI_API_KEY: 'sk-test'}});
		expect({code, stderr}).toEqual({code: 1, stderr: ''});
		expect(stdout).not.toMatch(control);
		expect(stdout).toContain('spec: 3 requests');
		expect(stdout).toContain('mode direct: direct');
		expect(stdout).toMatch(/100\.0% +3\/3/);
		expect(stdout).toContain('spec.promptbatch/results.jsonl');
		expect(stdout).toContain('spec.promptbatch/failures.jsonl');
	});

	it('ends without a stack when its reader leaves', async () => {
		const folder = folderWith({'spec.yaml': specOf(200)});
		const command = `"${process.execPath}" "${cliFile}" spec.yaml --simulate=latency=20ms --display json | head -1`;
		const child = spawn('bash', ['-c', `set -o pipefail; ${command}`], {cwd: folder, env: cliEnvironment()});
		let output = '';
		let errors = '';
		child.stdout.on('data', data => {
			output += data;
		});
		child.stderr.on('data', data => {
			errors += data;
		});
		const code = await new Promise(resolve => child.once('close', resolve));
		expect(jsonLines(output)).toHaveLength(1);
		expect(errors).toBe('');
		expect(code).toBe(129);
		const again = await runCli(['spec.yaml', '--simulate', '--display', 'json'], {cwd: folder});
		expect(again.code).toBe(0);
		expect(reportOf(again.stdout).requests.done).toBe(200);
	});
});

it('is silent with none, and the exit code tells', async () => {
	const folder = folderWith({'spec.yaml': spec});
	expect(await runCli(['spec.yaml', faults, '--display', 'none'], {cwd: folder})).toMatchObject({
		code: 1,
		stdout: '',
		stderr: '',
	});
	expect(resultsOf(folder).length + failuresOf(folder).length).toBe(60);
});

describe('the display is chosen', () => {
	const spawned = async (env: NodeJS.ProcessEnv, ...more: readonly string[]) =>
		runCli(['spec.yaml', '--simulate', ...more], {cwd: folderWith({'spec.yaml': specOf(1)}), env});

	it('by PROMPTBATCH_DISPLAY, and by --display before it', async () => {
		const json = await spawned({PROMPTBATCH_DISPLAY: 'json'});
		expect(reportOf(json.stdout).event).toBe('report');
		const none = await spawned({PROMPTBATCH_DISPLAY: 'json'}, '--display', 'none');
		expect(none).toMatchObject({code: 0, stdout: ''});
		const wrong = await spawned({PROMPTBATCH_DISPLAY: 'tall'});
		expect(wrong.code).toBe(2);
		expect(wrong.stderr).toContain('PROMPTBATCH_DISPLAY: tall is not a display');
	});

	it('full is refused without a terminal', async () => {
		const {code, stderr} = await spawned({}, '--display', 'full');
		expect(code).toBe(2);
		expect(stderr).toContain('needs a terminal');
	});
});

function byNumber(one: unknown, other: unknown): number {
	return (one as number) - (other as number);
}
