import {statSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {runCli, startCli, until} from './cli-process.ts';
import {filesBelow, folderWith, journalOf, runOf, specOf} from './run-folder.ts';

describe('a run that adds up', () => {
	it('is complete, whatever its answers took', async () => {
		const folder = folderWith({'spec.yaml': specOf(20)});
		const {code} = await runCli(
			['spec.yaml', '--simulate=500=30%,refusal=20%,cut=10%', '--display', 'none'],
			{
				cwd: folder,
			},
		);
		expect(code).toBe(1);
		const before = filesBelow(folder).map(file => [file, statSync(file).mtimeMs]);
		const {stdout, stderr, code: verified} = await runCli(['verify', 'spec.yaml'], {cwd: folder});
		expect(
			filesBelow(folder).map(file => [file, statSync(file).mtimeMs]),
			'it only reads',
		).toEqual(before);
		expect(stderr).toBe('');
		expect(stdout).toMatch(
			/^20 requests = \d+ done \+ [1-9]\d* failed \+ 0 in flight \+ 0 batched \+ 0 waiting \+ 0 queued \+ 0 missing$/m,
		);
		expect(stdout).toContain('Complete: everything adds up');
		expect(stdout).not.toContain('✗');
		expect(verified).toBe(0);
		const {stdout: text} = await runCli(['verify', runOf(folder), '--json'], {cwd: folder});
		const found = JSON.parse(text);
		expect(found).toMatchObject({sound: true, complete: true, requests: {total: 20, missing: 0}});
		expect(found.record).toMatchObject({seeds: {sample: null, simulator: 1}, sessions: 1});
	});

	it('by batch, of which one expired and lines were left out', async () => {
		const folder = folderWith({
			'spec.yaml': specOf(12, 'mode: batch\nbatch: {max_requests: 5, poll_s: 0.05}'),
		});
		await runCli(['spec.yaml', '--simulate=batch=100ms,expire=1,missing=1', '--display', 'none'], {
			cwd: folder,
		});
		const {stdout, code} = await runCli(['verify', 'spec.yaml'], {cwd: folder});
		expect(stdout).toMatch(
			/✓ batches +\d+ submitted = \d+ collected \+ 0 rejected \+ 0 released \+ 0 still out/,
		);
		expect(code, stdout).toBe(0);
	});

	it('packed, with an audit', async () => {
		const folder = folderWith({
			'spec.yaml': specOf(
				30,
				'pack: {items: 7, audit: 20%, text: n}\nschema: {type: object, properties: {a: {type: string}}, required: [a], additionalProperties: false}',
			),
		});
		await runCli(['spec.yaml', '--simulate=500=10%', '--display', 'none'], {cwd: folder});
		const {stdout, code} = await runCli(['verify', 'spec.yaml'], {cwd: folder});
		expect(stdout).toContain('30 requests = ');
		expect(code, stdout).toBe(0);
	});

	it('that a task makes while it goes on', async () => {
		const task = `export default {
			*requests() { for (let n = 0; n < 5; n++) yield {id: 'r' + n, prompt: 'Say ' + n}; },
			accept: answer => ({kind: 'accept', value: answer.text}),
		};`;
		const folder = folderWith({
			'spec.yaml': 'model: gpt-4o-mini\nmode: direct\nparams: {max_tokens: 8}\ntask: ./t.mjs\n',
			't.mjs': task,
		});
		const run = await runCli(['spec.yaml', '--simulate', '--display', 'plain'], {cwd: folder});
		const {stdout, code} = await runCli(['verify', 'spec.yaml'], {cwd: folder});
		expect(stdout, run.stderr).toContain('0 requests of the spec and 5 added');
		expect(code, stdout).toBe(0);
	});

	it('while another process writes it, and after that was killed', async () => {
		const folder = folderWith({'spec.yaml': specOf(40, 'rate: {concurrency: 2}')});
		const child = startCli(['spec.yaml', '--simulate=latency=500ms', '--display', 'plain'], {cwd: folder});
		await until(() => journalOf(folder).some(({type}) => type === 'attempt-answered'), 'an answer');
		const during = await runCli(['verify', 'spec.yaml'], {cwd: folder});
		child.kill('SIGKILL');
		await child.ended;
		const after = await runCli(['verify', 'spec.yaml', '--json'], {cwd: folder});
		expect(during.stdout).toContain('Sound, not complete');
		expect(during.code).toBe(0);
		const found = JSON.parse(after.stdout);
		expect(found).toMatchObject({sound: true, complete: false});
		const {total, ...places} = found.requests;
		expect(Object.values(places as {[place: string]: number}).reduce((sum, one) => sum + one, 0)).toBe(total);
		expect(places.in_flight).toBeGreaterThan(0);
	});
});

it('is used wrongly with 2', async () => {
	const folder = folderWith({});
	expect((await runCli(['verify', 'nothing'], {cwd: folder})).code).toBe(2);
	expect((await runCli(['verify'], {cwd: folder})).code).toBe(2);
});
