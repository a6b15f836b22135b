import {createHash} from 'node:crypto';
import {readdirSync, readFileSync, statSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {batchSpec, expectRightResults} from './batch-run.ts';
import {runCli} from './cli-process.ts';
import {folderWith, journalOf, jsonLines, reportOf, runOf} from './run-folder.ts';

/** Facts of a kind on record. */
function factsOf<Type extends string>(folder: string, type: Type) {
	return journalOf(folder).filter(
		(event): event is Extract<typeof event, {type: Type}> => event.type === type,
	);
}

/** What the simulator keeps in a folder of its state. */
function atSimulator(folder: string, name: 'files' | 'batches'): readonly string[] {
	return readdirSync(path.join(runOf(folder), 'simulator', name)).filter(file => file.endsWith('.json'));
}

function shardFile(folder: string): Buffer {
	return readFileSync(path.join(runOf(folder), 'batches', 'shard-0001.jsonl'));
}

it('sends 1,000 requests as one batch, gives each its answer, and leaves nothing behind', async () => {
	const folder = folderWith({'spec.yaml': batchSpec(1000, 'mode: batch\nbatch: {poll_s: 0.2}')});
	const args = ['spec.yaml', '--simulate=batch=2s,shuffle', '--display', 'json'];
	const {code, stdout, stderr} = await runCli(args, {cwd: folder});
	expect(code, stderr).toBe(0);
	expectRightResults(folder, 1000);
	expect(reportOf(stdout)).toMatchObject({
		requests: {total: 1000, done: 1000, failed: 0, pending: 0},
		mode: {direct: 0, batch: 1000},
	});
	expect(factsOf(folder, 'batch-submitted')).toHaveLength(1);
	expect(atSimulator(folder, 'batches')).toHaveLength(1);
	expect(atSimulator(folder, 'files')).toEqual([]);
	expect(readdirSync(path.join(runOf(folder), 'batches'))).toEqual([]);
	const again = await runCli(args, {cwd: folder});
	expect(again.code).toBe(0);
	expect(factsOf(folder, 'batch-submitted')).toHaveLength(1);
});

it('keeps the files at the API when the spec says so', async () => {
	const rest = 'mode: batch\nremote_files: keep\nbatch: {poll_s: 0.1}';
	const folder = folderWith({'spec.yaml': batchSpec(5, rest)});
	const {code} = await runCli(['spec.yaml', '--simulate=batch=300ms'], {cwd: folder});
	expect(code).toBe(0);
	expect(atSimulator(folder, 'files').length).toBeGreaterThanOrEqual(2);
});

describe('mode auto', () => {
	it.each([
		[100, 'direct', 'fewer than batch.min_requests 101'],
		[101, 'batch', 'at least batch.min_requests 101'],
	])('with %i requests: %s, and says why', async (requests, lane, why) => {
		const folder = folderWith({'spec.yaml': batchSpec(requests, 'batch: {poll_s: 0.1}')});
		const args = ['spec.yaml', '--simulate=batch=500ms', '--display', 'plain'];
		const {code, stdout} = await runCli(args, {cwd: folder});
		expect(code).toBe(0);
		expect(stdout.split('\n')[0]).toContain(
			`mode auto: ${lane}, as openai/gpt-4o-mini has ${requests} open requests, ${why}`,
		);
		expectRightResults(folder, requests);
		expect(factsOf(folder, 'batch-submitted')).toHaveLength(lane === 'batch' ? 1 : 0);
	});
});

describe('remote.max_batches 0', () => {
	it('prepares a file that can be looked at, and later sends it as it is', async () => {
		const rest = 'mode: batch\nbatch: {poll_s: 0.1}\nremote: {max_batches: 0}';
		const folder = folderWith({'spec.yaml': batchSpec(20, rest)});
		const prepared = await runCli(['spec.yaml', '--simulate=batch=300ms'], {cwd: folder});
		expect(prepared.code).toBe(3);
		expect(prepared.stdout + prepared.stderr).toContain('remote.max_batches');
		const file = shardFile(folder);
		expect(jsonLines(file.toString())).toHaveLength(20);
		expect(jsonLines(file.toString())[0]).toMatchObject({
			custom_id: '1-0',
			method: 'POST',
			url: '/v1/chat/completions',
			body: {model: 'gpt-4o-mini', max_tokens: 60},
		});
		expect(statSync(path.join(runOf(folder), 'batches')).mode & 0o777).toBe(0o700);
		expect(statSync(path.join(runOf(folder), 'batches', 'shard-0001.jsonl')).mode & 0o777).toBe(0o600);
		const sha256 = createHash('sha256').update(file).digest('hex');
		const args = [
			'spec.yaml',
			'--simulate=batch=300ms',
			'--set',
			'remote.max_batches=1',
			'--set',
			'remote_files=keep',
		];
		const {code, stderr} = await runCli(args, {cwd: folder});
		expect(code, stderr).toBe(0);
		expect(factsOf(folder, 'shard-cut')).toMatchObject([{sha256, count: 20}]);
		const kept = path.join(runOf(folder), 'simulator', 'files');
		const sent = readdirSync(kept)
			.filter(name => name.endsWith('.data'))
			.map(name => readFileSync(path.join(kept, name)));
		expect(sent.some(content => content.equals(file))).toBe(true);
		expectRightResults(folder, 20);
	});
});

it('--only-process collects what is at the API and sends nothing new', async () => {
	const rest = 'mode: batch\nbatch: {poll_s: 0.1, max_requests: 10}\nremote: {max_batches: 1}';
	const folder = folderWith({'spec.yaml': batchSpec(30, rest)});
	const args = ['spec.yaml', '--simulate=batch=500ms', '--display', 'json'];
	const killed = await runCli(args, {cwd: folder, env: {PROMPTBATCH_FAILPOINT: 'polling'}});
	expect(killed.signal).toBe('SIGKILL');
	const {code, stdout, stderr} = await runCli([...args, '--only-process'], {cwd: folder});
	expect(code).toBe(3);
	expect(stderr).toContain('--only-process');
	expect(reportOf(stdout).requests).toMatchObject({done: 10, pending: 20});
	expect(factsOf(folder, 'batch-submitted')).toHaveLength(1);
	expect(factsOf(folder, 'attempt-started')).toEqual([]);
	expect((await runCli(args, {cwd: folder})).code).toBe(0);
	expectRightResults(folder, 30);
	expect(factsOf(folder, 'batch-submitted')).toHaveLength(3);
});

describe('--max-cost', () => {
	// 60 tokens of output at 0.6 USD per million and a little input: at most 0.00004 USD a call, half of it in a batch.
	it.each(['direct', 'batch'])(
		'stops a %s run with 3 below the ceiling; raised, it completes',
		async mode => {
			const folder = folderWith({
				'spec.yaml': batchSpec(30, `mode: ${mode}\nbatch: {poll_s: 0.1, max_requests: 5}`),
			});
			const args = ['spec.yaml', '--simulate=batch=300ms', '--display', 'json'];
			const stopped = await runCli([...args, '--max-cost', '0.0002'], {cwd: folder});
			expect(stopped.code, stopped.stderr).toBe(3);
			expect(stopped.stderr).toContain('task.cost');
			const {requests, cost_usd: cost} = reportOf(stopped.stdout);
			expect(requests.done).toBeGreaterThan(0);
			expect(requests.done).toBeLessThan(30);
			expect(cost).toBeLessThanOrEqual(0.0002);
			expect(jsonLines(stopped.stdout).map(({event}) => event)).toContain('limit-reached');
			const {code, stderr} = await runCli([...args, '--max-cost', '1'], {cwd: folder});
			expect(code, stderr).toBe(0);
			expectRightResults(folder, 30);
		},
	);
});
