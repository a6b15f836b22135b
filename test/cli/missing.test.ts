import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {runCli} from './cli-process.ts';
import {folderWith, runOf} from './run-folder.ts';

const rows = `n\n${Array.from({length: 16}, (_, n) => `${n}\n`).join('')}`;
const spec = 'model: gpt-4o-mini\nprompts: Say {{n}}\nargs: {file: rows.csv}\nmode: direct\n';

it('makes a new input file of what a run of ours failed on, and that one has no more than that', async () => {
	const folder = folderWith({'spec.yaml': spec, 'rows.csv': rows});
	await runCli(['spec.yaml', '--simulate=500=50%', '--max-retries', '0', '--display', 'none'], {cwd: folder});
	const results = path.join(runOf(folder), 'results.jsonl');
	const done = readFileSync(results, 'utf8').split('\n').length - 1;
	expect(done).toBeLessThan(16);
	const run = ['missing', '--input', 'rows.csv', '--output', results];
	const said = await runCli(run, {cwd: folder});
	expect(said.stderr).toBe(`${16 - done} of 16 rows: ${16 - done} absent, 0 failed.\n`);
	const failures = readFileSync(path.join(runOf(folder), 'failures.jsonl'), 'utf8')
		.trim()
		.split('\n');
	expect(said.stdout).toBe(`n\n${failures.map(line => `${JSON.parse(line).prompt_args.n}\n`).join('')}`);
	expect((await runCli([...run, '--new', 'rest.csv'], {cwd: folder})).stdout).toBe('');
	expect(readFileSync(path.join(folder, 'rest.csv'), 'utf8')).toBe(said.stdout);
});

it.each([
	[['missing'], 'Write promptbatch-tui missing --input'],
	[['missing', '--input', 'rows.csv', '--output', 'no.jsonl'], 'no.jsonl does not exist.'],
	[
		['missing', '--input', 'rows.csv', '--output', 'o.jsonl', '--new', './rows.csv'],
		'would overwrite what it is made from',
	],
	[
		['missing', '--input', 'rows.csv', '--output', 'o.jsonl', '--new', 'n.csv'],
		'o.jsonl:1: this is no line of',
	],
	[['missing', '--input', 'rows.txt', '--output', 'o.jsonl'], 'a file of rows ends in .jsonl or .csv'],
] as const)('%s is a mistake', async (command, message) => {
	const folder = folderWith({'rows.csv': rows, 'rows.txt': rows, 'o.jsonl': '{"a":1}\n'});
	const {code, stdout, stderr} = await runCli(command, {cwd: folder});
	expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)]);
	expect(existsSync(path.join(folder, 'n.csv'))).toBe(false);
});
