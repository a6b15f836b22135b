import {cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterAll, describe, expect, it, onTestFinished} from 'vitest';
import {verifyRun} from '../../source/cli/verify-run.ts';
import {runDirectory} from '../../source/store/run-directory.ts';
import {type Check, isSound} from '../../source/view/verification.ts';
import {runCli} from './cli-process.ts';
import {runOf, specOf} from './run-folder.ts';

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

	it('and that doctor mended holds again, and says so', async () => {
		const folder = copyOf(base);
		const file = path.join(runOf(folder), 'journal.jsonl');
		writeFileSync(file, readFileSync(file, 'utf8').replace('{"answered"', '{"answerde"'));
		expect((await runCli(['verify', 'spec.yaml'], {cwd: folder})).code).toBe(1);
		expect((await runCli(['doctor', 'spec.yaml'], {cwd: folder})).code).toBe(1);
		const {code, stdout} = await runCli(['verify', 'spec.yaml'], {cwd: folder});
		expect(stdout).toMatch(/^✓ journal .*; mended at byte [\d,]+, /m);
		expect(stdout).toContain('Sound, not complete: everything adds up, 1 still to do.');
		expect(code).toBe(0);
	});

	it('whose journal has gone', async () => {
		const folder = copyOf(base);
		rmSync(path.join(runOf(folder), 'journal.jsonl'));
		const {code, stdout} = await runCli(['verify', 'spec.yaml'], {cwd: folder});
		expect(stdout).toContain('cannot be read: all answers were in it');
		expect(code).toBe(1);
	});
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
