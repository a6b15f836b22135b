import {cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterAll, describe, expect, it, onTestFinished} from 'vitest';
import {verifyRun} from '../../source/cli/verify-run.ts';
import {runDirectory} from '../../source/store/run-directory.ts';
import {type Check, isSound} from '../../source/view/verification.ts';
import {runCli, startCli, until} from './cli-process.ts';
import {folderWith, journalOf, runOf, specOf} from './run-folder.ts';

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
		const {stdout, stderr, code: verified} = await runCli(['verify', 'spec.yaml'], {cwd: folder});
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

describe('a run that somebody touched', () => {
	let base = '';

	afterAll(() => rmSync(base, {recursive: true, force: true}));

	it('adds up before', async () => {
		base = mkdtempSync(path.join(os.tmpdir(), 'promptbatch-verify-'));
		writeFileSync(path.join(base, 'spec.yaml'), specOf(12));
		const args = ['spec.yaml', '--simulate=500=30%,refusal=20%', '--display', 'none'];
		expect((await runCli(args, {cwd: base})).code).toBe(1);
		const found = await verify(base);
		expect(isSound(found)).toBe(true);
		expect(found.requests).toMatchObject({total: 12, missing: 0});
	});

	type Tampered = readonly [
		what: string,
		file: string,
		change: (text: string) => string,
		check: string,
		sentence: RegExp,
	];

	const tampered: readonly Tampered[] = [
		[
			'a cost',
			'journal.jsonl',
			text => text.replace(/"c":(\d+)\d/, '"c":$17'),
			'prices',
			/^line \d+ \(byte \d+\): \d+ \+ \d+ tokens cost \d+ picodollars at the prices on record, and it says \d+7$/,
		],
		[
			'a usage',
			'journal.jsonl',
			text => text.replace(/"u":\[\d/, '"u":[9'),
			'prices',
			/^line \d+ \(byte \d+\): the answer tells of \d+ \+ \d+ tokens, on record are 9\d* \+ \d+$/,
		],
		[
			'a price',
			'journal.jsonl',
			text => text.replace(/("type":"session-started".*?"output":)(\d)/, '$19'),
			'prices',
			/at the prices on record/,
		],
		[
			'an answer twice',
			'journal.jsonl',
			text => text.replace(/^\{"answered".*\n/m, '$&$&'),
			'journal',
			/^line \d+ \(byte \d+\): it is the line before it once more$/,
		],
		[
			'an answer again, later',
			'journal.jsonl',
			text => text + /^\{"answered".*\n/m.exec(text)![0],
			'journal',
			/^line \d+ \(byte \d+\): the line before about request \d+ is at byte \d+, not at -?\d+$/,
		],
		[
			'a call taken out',
			'journal.jsonl',
			text => text.replace(/^\{"started".*\n/m, ''),
			'journal',
			/request \d+ (is answered|fails) although it is queued/,
		],
		[
			'an answer taken out',
			'journal.jsonl',
			text => text.replace(/^\{"answered".*\n/m, ''),
			'state.json',
			/^it counts on the journal up to byte \d+, /,
		],
		[
			'a line destroyed',
			'journal.jsonl',
			text => text.replace('{"answered"', '{"answerde"'),
			'journal',
			/^line \d+ \(byte \d+, \d+ bytes\) cannot be read$/,
		],
		[
			'the answer on a line',
			'journal.jsonl',
			text => text.replace('"r":{"', '"r":{:'),
			'requests',
			/^1 request cannot be found: index \d+$/,
		],
		[
			'the end',
			'journal.jsonl',
			text => text.slice(0, -5),
			'journal',
			/^its last line is torn: \d+ bytes from byte \d+ on, /,
		],
		[
			'a total',
			'state.json',
			text => text.replace(/"attempts":\d+/, '"attempts":99'),
			'state.json',
			/^totals\.attempts is 99, the journal gives \d+$/,
		],
		[
			'money',
			'state.json',
			text => text.replace(/("cost":\{"direct":")\d/, '$18'),
			'state.json',
			/^queues\.0\.cost\.direct is "8\d*", the journal gives "\d+"$/,
		],
		[
			'a status',
			'state.json',
			text => text.replace(/("status":")./, '$1A'),
			'state.json',
			/^columns\.status of request 0 is \w+, the journal gives \w+$/,
		],
		[
			'all of it',
			'state.json',
			() => '{"format":"promptbatch-tui run"',
			'state.json',
			/^the next start rebuilds it/,
		],
		[
			'a row taken out',
			'results.jsonl',
			text => text.replace(/^.*\n/, ''),
			'results.jsonl',
			/^results\.jsonl has no row of request “\d+” \(index \d+\)$/,
		],
		[
			'a row twice',
			'results.jsonl',
			text => text.replace(/^.*\n/, '$&$&'),
			'results.jsonl',
			/^row 2 of results\.jsonl is one too many: request "\d+"$/,
		],
		[
			'a foreign row',
			'results.jsonl',
			text => `${text}{"id":"x","index":99}\n`,
			'results.jsonl',
			/is one too many: request "x"$/,
		],
		[
			'a text',
			'results.jsonl',
			text => text.replace('"text":"', '"text":"!'),
			'results.jsonl',
			/^row 1 of results\.jsonl, request “\d+”: `text` is "!.*, the journal gives "/,
		],
		[
			'a cost of a row',
			'results.jsonl',
			text => text.replace(/("cost_usd":0\.\d*)\d/, '$18'),
			'results.jsonl',
			/`cost_usd` is [\d.e-]+, the journal gives [\d.e-]+$/,
		],
		[
			'a failure taken out',
			'failures.jsonl',
			text => text.replace(/^.*\n/, ''),
			'failures.jsonl',
			/^failures\.jsonl has no row of request/,
		],
		['the spec', 'inputs/spec.yaml', text => text.replace('Say', 'Cry'), 'inputs', /^their digest is /],
	];

	it.each(tampered)('%s in %s', async (_, file, change, check, sentence) => {
		const folder = copyOf(base);
		const place = path.join(runOf(folder), file);
		const text = readFileSync(place, 'latin1');
		const changed = change(text);
		expect(changed, 'the change does nothing').not.toBe(text);
		writeFileSync(place, changed, 'latin1');
		const found = await verify(folder);
		expect(isSound(found)).toBe(false);
		expect(problemsOf(found.checks, check)).toEqual(
			expect.arrayContaining([expect.stringMatching(sentence)]),
		);
	});

	it('ends with 1, and says what to think of it', async () => {
		const folder = copyOf(base);
		const file = path.join(runOf(folder), 'results.jsonl');
		writeFileSync(file, readFileSync(file, 'utf8').split('\n').slice(1).join('\n'));
		const {code, stdout} = await runCli(['verify', 'spec.yaml', '--ascii'], {cwd: folder});
		expect(stdout).toMatch(/^NO results\.jsonl/m);
		expect(stdout).toMatch(/\nNot sound: results\.jsonl\.\n$/);
		expect(code).toBe(1);
	});

	it('whose journal has gone', async () => {
		const folder = copyOf(base);
		rmSync(path.join(runOf(folder), 'journal.jsonl'));
		const {code, stdout} = await runCli(['verify', 'spec.yaml'], {cwd: folder});
		expect(stdout).toContain('cannot be read: all answers were in it');
		expect(code).toBe(1);
	});
});

it('is used wrongly with 2', async () => {
	const folder = folderWith({});
	expect((await runCli(['verify', 'nothing'], {cwd: folder})).code).toBe(2);
	expect((await runCli(['verify'], {cwd: folder})).code).toBe(2);
});

function copyOf(base: string): string {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'promptbatch-verify-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	cpSync(base, folder, {recursive: true});
	return folder;
}

async function verify(folder: string) {
	return verifyRun(runDirectory(runOf(folder)), false, () => {});
}

function problemsOf(checks: readonly Check[], name: string): readonly string[] {
	return checks.find(check => check.name === name)?.problems ?? [];
}
