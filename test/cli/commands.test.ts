import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {runCli, startCli, until} from './cli-process.ts';
import {filesBelow, folderWith, jsonLines, resultsOf, runOf, specOf} from './run-folder.ts';

describe('check', () => {
	it('counts requests, tokens and cost without network, key or a file written', async () => {
		const folder = folderWith({'spec.yaml': specOf(20)});
		const {code, stdout, stderr} = await runCli(['check', 'spec.yaml'], {cwd: folder});
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		expect(stdout).toContain('20 requests');
		expect(stdout).toContain('openai/gpt-4o-mini');
		// "Say 0" to "Say 19": 3 tokens and what a chat message adds; 8 tokens of answer at most.
		expect(stdout).toMatch(/at most 160 out/);
		expect(stdout).toMatch(/cost .*\$/);
		expect(filesBelow(folder)).toEqual([path.join(folder, 'spec.yaml')]);
	});

	it('finds what a run would find: a broken row far down, with its line', async () => {
		const rows = Array.from({length: 3000}, (_, index) => `{"word":"w${index}"}`);
		rows[2500] = '{"wort":"w"}';
		const folder = folderWith({
			'spec.yaml': 'model: gpt-4o-mini\nprompts: Say {{word}}\nargs: {file: words.jsonl}\n',
			'words.jsonl': `${rows.join('\n')}\n`,
		});
		const {code, stderr} = await runCli(['check', 'spec.yaml'], {cwd: folder});
		expect(code).toBe(2);
		expect(stderr).toContain('words.jsonl:2501');
		expect(filesBelow(folder)).toHaveLength(2);
	});

	it('warns of a model whose price is unknown', async () => {
		const folder = folderWith({'spec.yaml': specOf(2).replace('gpt-4o-mini', 'my-own-model')});
		const {code, stdout, stderr} = await runCli(['check', 'spec.yaml'], {cwd: folder});
		expect(code).toBe(0);
		expect(stdout + stderr).toContain('unknown');
		expect(stdout).not.toContain('$0.00');
	});
});

describe('status and export', () => {
	it('look on while the run goes on, and read what is done so far', async () => {
		const simulator = await simulated('latency=100ms');
		const folder = folderWith({'spec.yaml': specOf(60)});
		const args = ['spec.yaml', '--base-url', simulator.url, '--concurrency', '2'];
		const child = startCli(args, {cwd: folder, env: {OPENAI_API_KEY: 'sk-test'}});
		await until(() => simulator.calls.length >= 6, '6 calls');
		const journal = path.join(runOf(folder), 'journal.jsonl');
		const exported = await runCli(['export', 'spec.yaml'], {cwd: folder});
		expect(exported.code).toBe(0);
		const rows = jsonLines(exported.stdout);
		expect(rows.length).toBeGreaterThanOrEqual(6);
		expect(rows.length).toBeLessThan(60);
		const status = await runCli(['status', 'spec.promptbatch'], {cwd: folder});
		expect(status.stdout).toContain(`held by pid ${child.pid}`);
		const before = readFileSync(journal, 'utf8');
		expect((await child.ended).code).toBe(0);
		expect(readFileSync(journal, 'utf8').startsWith(before)).toBe(true);
		expect(resultsOf(folder).slice(0, rows.length)).toEqual(rows);
		const finished = await runCli(['status', 'spec.yaml'], {cwd: folder});
		expect(finished.stdout).toContain('finished, nobody runs it');
	});

	it('export failures, and refuse to look at what is no run', async () => {
		const folder = folderWith({'spec.yaml': specOf(30), 'empty/x': ''});
		expect((await runCli(['spec.yaml', '--simulate=refusal=30%'], {cwd: folder})).code).toBe(1);
		const failed = await runCli(['export', 'spec.yaml', '--failed'], {cwd: folder});
		const rows = jsonLines(failed.stdout);
		expect(rows.length).toBe(30 - resultsOf(folder).length);
		for (const row of rows) {
			expect(Object.keys(row)).toEqual([
				...['id', 'index', 'prompt', 'prompt_raw', 'prompt_args', 'model', 'model_args', 'provider'],
				...['attempts', 'error', 'history', 'input'],
			]);
			expect(row.error).toMatchObject({kind: 'refusal'});
		}

		const astray = await runCli(['export', 'spec.yaml', '--output', 'gone/out.jsonl'], {cwd: folder});
		expect(astray).toMatchObject({code: 2, stdout: ''});
		expect(astray.stderr).toMatch(/^gone\/out\.jsonl cannot be written \(ENOENT\)\.\nName a file/);

		for (const own of ['./spec.yaml', 'spec.promptbatch/journal.jsonl']) {
			const before = readFileSync(path.join(folder, own), 'utf8');
			const over = await runCli(['export', 'spec.yaml', '--output', own], {cwd: folder});
			expect(over).toMatchObject({code: 2, stdout: ''});
			expect(over.stderr).toContain('would overwrite what it is made from');
			expect(readFileSync(path.join(folder, own), 'utf8')).toBe(before);
		}

		for (const command of ['status', 'export']) {
			const refused = await runCli([command, 'empty'], {cwd: folder});
			expect(refused).toMatchObject({code: 2, stdout: ''});
			expect(refused.stderr).toContain('empty holds no run');
		}
	});
});

it('init writes a starter that check and --simulate accept, and never over a file', async () => {
	const folder = folderWith({});
	expect((await runCli(['init', 'first.yaml'], {cwd: folder})).code).toBe(0);
	expect((await runCli(['check', 'first.yaml'], {cwd: folder})).code).toBe(0);
	expect((await runCli(['first.yaml', '--simulate'], {cwd: folder})).code).toBe(0);
	writeFileSync(path.join(folder, 'mine.yaml'), 'precious');
	const refused = await runCli(['init', 'mine.yaml'], {cwd: folder});
	expect(refused.code).toBe(2);
	expect(readFileSync(path.join(folder, 'mine.yaml'), 'utf8')).toBe('precious');
});

it('says without arguments that there are no runs yet, and how to start one', async () => {
	const {code, stdout} = await runCli([], {cwd: folderWith({})});
	expect(code).toBe(0);
	expect(stdout).toContain('No runs yet.');
	expect(stdout).toContain('promptbatch-tui <spec.yaml>');
});

it('refuses a run directory that cannot be made', async () => {
	const folder = folderWith({'spec.yaml': specOf(1), 'file.txt': 'a file'});
	const {code, stderr} = await runCli(['spec.yaml', '--simulate', '--dir', 'file.txt/run'], {cwd: folder});
	expect(code).toBe(2);
	expect(stderr).toContain('file.txt/run');
	expect(stderr).not.toMatch(/^\s+at /m);
	expect(readFileSync(path.join(folder, 'file.txt'), 'utf8')).toBe('a file');
});

it('carries unused columns of a CSV through to the results', async () => {
	const folder = folderWith({
		'spec.yaml': 'model: gpt-4o-mini\nprompts: Say {{text}}\nargs: {file: rows.csv}\n',
		'rows.csv': 'text,label\n"one, two",a\n"three ""3""",b\n',
	});
	expect((await runCli(['spec.yaml', '--simulate'], {cwd: folder})).code).toBe(0);
	expect(resultsOf(folder).map(row => [row.prompt, row.input])).toEqual([
		['Say one, two', {label: 'a'}],
		['Say three "3"', {label: 'b'}],
	]);
});

describe('help', () => {
	it.each([['check', '--help'], ['verify', '-h'], ['spec.yaml', '--help'], ['-h'], ['--help']])(
		'comes wherever it is asked for: %s %s',
		async (...args) => {
			const {code, stdout, stderr} = await runCli(args, {cwd: folderWith({})});
			expect({code, stderr}).toEqual({code: 0, stderr: ''});
			expect(stdout).toContain('$ promptbatch-tui check');
		},
	);
});
