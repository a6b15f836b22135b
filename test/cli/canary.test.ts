import {describe, expect, it} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {runCli, startCli, until} from './cli-process.ts';
import {folderWith, journalOf, jsonLines, reportOf, resultsOf, specOf} from './run-folder.ts';
import {expectRestored, startOnScreen} from './terminal.ts';

const env = {OPENAI_API_KEY: 'sk-test-canary'};

describe('a canary', () => {
	it('goes first, stops with what it came to, and is part of the run', async () => {
		const simulator = await simulated('latency=1ms');
		const folder = folderWith({'spec.yaml': specOf(200, 'canary: 5%\nmode: auto\nbatch: {poll_s: 0.05}')});
		const args = ['spec.yaml', '--base-url', simulator.url];
		const first = await runCli(args, {cwd: folder, env});
		expect(first.code, first.stderr).toBe(3);
		expect(first.stdout).toContain('canary: 10 requests first, direct');
		expect(first.stdout).toMatch(/canary: output p50 \d+, p95 \d+, longest \d+ of 8 allowed tokens/);
		expect(first.stdout).toMatch(/cost +.*, about .* for the whole run/);
		expect(first.stdout).toContain('--unpause');
		expect(first.stdout.trim().split('\n').slice(-12).join('\n')).toContain('held up');
		expect(simulator.calls).toHaveLength(10);

		const status = await runCli(['status', 'spec.yaml', '--json'], {cwd: folder});
		expect(JSON.parse(status.stdout)).toMatchObject({paused: true});
		expect((await runCli(['status', 'spec.yaml'], {cwd: folder})).stdout).toContain('by the canary');
		const again = await runCli([...args, '--display', 'json'], {cwd: folder, env});
		expect(again.code).toBe(3);
		expect(again.stderr).toContain('--unpause');
		expect(simulator.calls).toHaveLength(10);

		const rest = await runCli([...args, '--unpause', '--display', 'json'], {cwd: folder, env});
		expect(rest.code, rest.stderr).toBe(0);
		expect(reportOf(rest.stdout).mode).toEqual({direct: 10, batch: 190});
		expect(resultsOf(folder).map(({index}) => index)).toEqual([...Array(200).keys()]);
		expect(journalOf(folder).filter(({type}) => type === 'attempt-answered')).toHaveLength(200);
	});

	it('goes on at once with --yes, and says so in JSON', async () => {
		const folder = folderWith({'spec.yaml': specOf(40)});
		const args = ['spec.yaml', '--simulate=latency=1ms', '--canary', '10%', '--yes', '--display', 'json'];
		const {code, stdout} = await runCli(args, {cwd: folder});
		expect(code).toBe(0);
		const lines = jsonLines(stdout);
		const at = lines.findIndex(({event}) => event === 'canary');
		expect(lines[at]).toMatchObject({
			requests: {total: 4, done: 4, failed: 0},
			failures: {},
			output_tokens: {allowed: 8},
			forecast_usd: expect.any(Number),
		});
		expect(lines.slice(0, at).filter(({event}) => event === 'request-finished')).toHaveLength(4);
		expect(lines.filter(({event}) => event === 'request-finished')).toHaveLength(40);
		expect(lines.some(({event}) => event === 'paused')).toBe(false);
	});

	it('is resumed where it was killed, with or without the flag, and sends nothing twice', async () => {
		const simulator = await simulated('latency=60ms');
		const folder = folderWith({'spec.yaml': specOf(60)});
		const args = ['spec.yaml', '--base-url', simulator.url, '--concurrency', '1'];
		const session = startCli([...args, '--canary', '10%'], {cwd: folder, env});
		await until(() => simulator.calls.length >= 3, '3 calls');
		session.kill('SIGKILL');
		await session.ended;
		const {code} = await runCli(args, {cwd: folder, env});
		expect(code).toBe(3);
		const answered = journalOf(folder).filter(({type}) => type === 'attempt-answered');
		expect(answered).toHaveLength(6);
		// The call that was out with the process may have gone twice.
		expect(simulator.calls.length).toBeLessThanOrEqual(7);
	});

	it('waits for p on the screen, which says so', async () => {
		const simulator = await simulated('latency=5ms');
		const folder = folderWith({'spec.yaml': specOf(50)});
		const session = startOnScreen(['spec.yaml', '--base-url', simulator.url, '--canary', '4%'], {
			cwd: folder,
			env,
		});
		await session.shows('p goes on with the other 48');
		expect(session.rows().join('\n')).toMatch(/PAUSED/);
		expect(session.rows().join('\n')).toContain('2 Canary');
		expect(simulator.calls).toHaveLength(2);
		session.type('p');
		await session.shows('DONE');
		session.type('q');
		expect((await session.exited).exitCode).toBe(0);
		await expectRestored(session);
		expect(simulator.calls).toHaveLength(50);
	});
});
