import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {batchSpec, expectRightResults} from './batch-run.ts';
import {runCli} from './cli-process.ts';
import {folderWith, journalOf, reportOf, resultsOf} from './run-folder.ts';

const quick = 'mode: batch\nbatch: {poll_s: 0.1}';

it('a spec that changed while a batch was out keeps what is still in it, and asks for what is new', async () => {
	const folder = folderWith({'spec.yaml': batchSpec(20, quick)});
	const args = ['spec.yaml', '--simulate=batch=500ms', '--display', 'json'];
	const killed = await runCli(args, {cwd: folder, env: {PROMPTBATCH_FAILPOINT: 'polling'}});
	expect(killed.signal).toBe('SIGKILL');
	// The first five leave, five others come: every index moves.
	const spec = path.join(folder, 'spec.yaml');
	const [head, rows] = batchSpec(25, quick).split('args:\n') as [string, string];
	writeFileSync(spec, `${head}args:\n${rows.split('\n').slice(5).join('\n')}`);
	expect((await runCli(args, {cwd: folder})).code).toBe(2);
	const {code, stdout, stderr} = await runCli([...args, '--reinit-meta'], {cwd: folder});
	expect(code, stderr).toBe(0);
	expect(reportOf(stdout).requests).toMatchObject({total: 20, done: 20});
	const words = readFileSync(spec, 'utf8').match(/zebra\w+/g)!;
	const results = resultsOf(folder);
	expect(results.map(({index}) => index)).toEqual([...Array(20).keys()]);
	expect(results.filter(({text}, index) => !text?.includes(words[index]!))).toEqual([]);
	const collected = journalOf(folder).filter(event => event.type === 'batch-collected');
	// What left the spec was paid for: it is counted, and belongs to nobody.
	expect(collected.map(({aside}) => aside.orphans)).toEqual([5, 0]);
});

it('a guard stops a run that goes wrong with 3, and --unpause goes on', async () => {
	const rest =
		'mode: batch\nbatch: {poll_s: 0.1, max_requests: 10}\nremote: {max_batches: 1}\nguard: {max_pass_failures: 1}';
	const folder = folderWith({'spec.yaml': batchSpec(30, rest)});
	const stopped = await runCli(['spec.yaml', '--simulate=batch=300ms,refusal=100%'], {cwd: folder});
	expect(stopped.code).toBe(3);
	expect(stopped.stdout + stopped.stderr).toContain('guard');
	const again = ['spec.yaml', '--simulate=batch=300ms', '--display', 'json'];
	const still = await runCli(again, {cwd: folder});
	expect(still.code).toBe(3);
	expect(still.stderr).toContain('--unpause');
	expect(reportOf(still.stdout).requests).toMatchObject({done: 0, failed: 10, pending: 20});
	const {code, stdout} = await runCli([...again, '--unpause'], {cwd: folder});
	expect(code).toBe(1);
	expect(reportOf(stdout).requests).toMatchObject({done: 20, failed: 10, pending: 0});
	const wiped = await runCli([...again, '--wipe-failed'], {cwd: folder});
	expect(wiped.code, wiped.stderr).toBe(0);
	expectRightResults(folder, 30);
});

it('a batch that was prepared goes direct after all when the next session says so', async () => {
	const folder = folderWith({'spec.yaml': batchSpec(12, `${quick}\nremote: {max_batches: 0}`)});
	expect((await runCli(['spec.yaml', '--simulate'], {cwd: folder})).code).toBe(3);
	const {code, stdout} = await runCli(['spec.yaml', '--simulate', '--force-direct', '--display', 'json'], {
		cwd: folder,
	});
	expect(code).toBe(0);
	expect(reportOf(stdout).mode).toEqual({direct: 12, batch: 0});
	expect(journalOf(folder).filter(({type}) => type === 'batch-submitted')).toEqual([]);
	expectRightResults(folder, 12);
});

it('ceilings of a session hold for that session', async () => {
	const folder = folderWith({'spec.yaml': batchSpec(9, 'mode: direct')});
	const args = ['spec.yaml', '--simulate', '--display', 'json', '--max-session-requests', '4'];
	for (const done of [4, 8]) {
		const {code, stdout, stderr} = await runCli(args, {cwd: folder});
		expect(code).toBe(3);
		expect(stderr).toContain('session.requests');
		expect(reportOf(stdout).requests.done).toBe(done);
	}

	expect((await runCli(args, {cwd: folder})).code).toBe(0);
	expectRightResults(folder, 9);
});

it('--retry-fatal spends retries on what is final otherwise', async () => {
	const folder = folderWith({
		'spec.yaml': batchSpec(1, 'mode: direct\nretry: {initial_s: 0.01, max_s: 0.02}'),
	});
	const {code, stdout} = await runCli(
		['spec.yaml', '--simulate=refusal=100%', '--retry-fatal', '--display', 'json'],
		{cwd: folder},
	);
	expect(code).toBe(1);
	expect(reportOf(stdout)).toMatchObject({attempts: 3, failures: {refusal: 1}});
});
