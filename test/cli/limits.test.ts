import {expect, it} from 'vitest';
import type {SimulatorCall} from '../../source/simulator/call.ts';
import {simulated} from '../simulator/simulated.ts';
import {runCli} from './cli-process.ts';
import {failuresOf, folderWith, journalOf, reportOf, specOf} from './run-folder.ts';

const env = {OPENAI_API_KEY: 'sk-test-limits'};

function startsOf(calls: readonly SimulatorCall[]): readonly number[] {
	return calls.map(({startedAtMs}) => startedAtMs).toSorted((one, other) => one - other);
}

it('keeps exactly `concurrency` calls in flight while there is enough to do', async () => {
	const simulator = await simulated('latency=100ms');
	const folder = folderWith({'spec.yaml': specOf(200)});
	const args = ['spec.yaml', '--base-url', simulator.url, '--concurrency', '20'];
	expect((await runCli(args, {cwd: folder, env})).code).toBe(0);
	expect(simulator.calls).toHaveLength(200);
	expect(Math.max(...simulator.calls.map(call => call.concurrency))).toBe(20);
});

it('sends no more requests than rpm allows in a minute, and the first at once', async () => {
	const simulator = await simulated();
	const folder = folderWith({'spec.yaml': specOf(30, 'rate: {rpm: 600}')});
	const {code} = await runCli(['spec.yaml', '--base-url', simulator.url], {cwd: folder, env});
	expect(code).toBe(0);
	const starts = startsOf(simulator.calls);
	const session = journalOf(folder).find(({type}) => type === 'session-started');
	expect(starts[0]! - session!.at).toBeLessThan(1000);
	// 600 a minute are 10 a second; what may come at once at the start is not more than a tenth of a minute's.
	expect(starts.filter(at => at < starts[0]! + 1000).length).toBeLessThanOrEqual(60);
});

it('a refusal uses up waits and not retries, and after max_waits the request fails with its kind', async () => {
	const simulator = await simulated('429=100%');
	const retry = 'retry: {max_retries: 0, max_waits: 3, initial_s: 0.01, max_s: 0.02}';
	const folder = folderWith({'spec.yaml': specOf(1, retry)});
	const {code} = await runCli(['spec.yaml', '--base-url', simulator.url], {cwd: folder, env});
	expect(code).toBe(1);
	expect(simulator.calls).toHaveLength(4);
	expect(failuresOf(folder)).toMatchObject([
		{id: '0', attempts: 4, error: {kind: 'rate_limit', status: 429}},
	]);
});

it('makes 3 attempts of max_retries 2, waiting longer each time', async () => {
	const simulator = await simulated('503=100%');
	const folder = folderWith({'spec.yaml': specOf(2, 'retry: {max_retries: 2, initial_s: 0.05, max_s: 0.2}')});
	const args = ['spec.yaml', '--base-url', simulator.url, '--display', 'json'];
	const {code, stdout} = await runCli(args, {cwd: folder, env});
	expect(code).toBe(1);
	expect(simulator.calls).toHaveLength(6);
	const failures = failuresOf(folder);
	expect(failures.map(({id, attempts, history}) => [id, attempts, history.length])).toEqual([
		['0', 3, 3],
		['1', 3, 3],
	]);
	expect(failures[0]!.history[2]).toMatchObject({mode: 'direct', kind: 'server', status: 503, cost_usd: 0});
	const waits = journalOf(folder).flatMap(event =>
		event.type === 'attempt-failed' && event.retryAt !== null ? [event.retryAt - event.at] : [],
	);
	expect(waits).toHaveLength(4);
	expect(Math.max(...waits)).toBeLessThanOrEqual(101);
	expect(reportOf(stdout)).toMatchObject({
		requests: {total: 2, done: 0, failed: 2, pending: 0},
		failures: {server: 2},
		attempts: 6,
		retries: 4,
		exit_code: 1,
	});
});
