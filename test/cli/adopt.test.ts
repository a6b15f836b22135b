import {appendFileSync, existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {inputLine, outputLine} from './batch-output.ts';
import {runCli} from './cli-process.ts';
import {folderWith, journalOf, jsonLines, resultsOf, runOf} from './run-folder.ts';

const input = (...ids: readonly string[]) => ids.map(id => inputLine(id, `Say ${id}`)).join('');

const command = (...more: readonly string[]) => [
	'in.jsonl',
	'--dir',
	'spec.promptbatch',
	'--simulate',
	'--display',
	'json',
	'--mode',
	'direct',
	...more,
];

it('takes the answers of an output over by custom_id, at no cost, and asks only the rest', async () => {
	const folder = folderWith({
		'in.jsonl': input('a', 'b', 'c', 'd'),
		'out.jsonl': [
			outputLine('c', 'the third'),
			outputLine('a', 'the first'),
			outputLine('b', '', {response: null, error: {code: 'batch_expired', message: 'too late'}}),
			outputLine('x', 'of another'),
		].join(''),
	});
	const first = await runCli(command('--adopt', 'out.jsonl'), {cwd: folder});
	expect(first.code).toBe(0);
	expect(first.stderr).toMatch(/^2 answers of out\.jsonl adopted, [^\n]*\n$/);
	const report = jsonLines(first.stdout).at(-1)!;
	const rows = resultsOf(folder);
	expect(
		rows.map(({id, text, adopted, attempts, mode}) => [id, adopted ? text : adopted, attempts, mode]),
	).toEqual([
		['a', 'the first', 0, 'batch'],
		['b', undefined, 1, 'direct'],
		['c', 'the third', 0, 'batch'],
		['d', undefined, 1, 'direct'],
	]);
	expect(rows.map(row => row.cost_usd)).toEqual([0, expect.any(Number), 0, expect.any(Number)]);
	expect(rows[0]).toMatchObject({usage: {prompt_tokens: 9}, completion: {model: 'gpt-4o-mini-2024-07-18'}});
	expect(report).toMatchObject({
		requests: {total: 4, done: 4},
		attempts: 2,
		retries: 0,
		cost_usd: rows.reduce((sum, row) => sum + row.cost_usd!, 0),
		session: {requests: 2},
	});
	expect(report.served).toMatchObject([{provider: 'openai', model: 'gpt-4o-mini', answers: 2}]);

	// Once more: there is nothing left to take, and the state rebuilt from the journal is the same.
	const again = await runCli(command('--adopt', 'out.jsonl'), {cwd: folder});
	expect(again.code).toBe(0);
	expect(journalOf(folder).filter(({type}) => type === 'attempt-answered')).toHaveLength(4);
	writeFileSync(path.join(runOf(folder), 'state.json'), '{');
	const rebuilt = jsonLines((await runCli(command(), {cwd: folder})).stdout).at(-1)!;
	expect(rebuilt.requests).toEqual(report.requests);
	expect(rebuilt.served).toEqual(report.served);
});

it('adopts without running, and says what became of every line', async () => {
	const folder = folderWith({
		'in.jsonl': input('a', 'b'),
		'out.jsonl': outputLine('b', 'yes') + outputLine('z', 'no'),
	});
	const args = [
		'in.jsonl',
		'--dir',
		'r',
		'--simulate',
		'--no-run',
		'--display',
		'plain',
		'--adopt',
		'out.jsonl',
	];
	const {code, stdout, stderr} = await runCli(args, {cwd: folder});
	expect(code).toBe(0);
	expect(stderr).toContain(
		'1 answer of out.jsonl adopted, at no cost to this run; lines left: 1 of no request of this spec',
	);
	expect(stdout).toContain('1 done, 0 failed, 1 pending of 2');
});

it.each([
	['{"a": 1}\n', 'out.jsonl:2: the line has no `custom_id`'],
	['no JSON\n', 'out.jsonl:2: the line is not JSON'],
] as const)('refuses %s and leaves no run behind', async (line, message) => {
	const folder = folderWith({'in.jsonl': input('a'), 'out.jsonl': outputLine('a', 'yes')});
	appendFileSync(path.join(folder, 'out.jsonl'), line);
	const {code, stderr} = await runCli(command('--adopt', 'out.jsonl'), {cwd: folder});
	expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
	expect(existsSync(runOf(folder))).toBe(false);
});

it('refuses an output whose ids are of another spec, and names one', async () => {
	const folder = folderWith({'in.jsonl': input('a'), 'out.jsonl': outputLine('request-1', 'yes')});
	const {code, stderr} = await runCli(command('--adopt', 'out.jsonl'), {cwd: folder});
	expect([code, stderr]).toEqual([2, expect.stringContaining('neither `request-1` nor any other')]);
	expect(readFileSync(path.join(folder, 'in.jsonl'), 'utf8')).toBe(input('a'));
});

it('refuses a spec that asks a request more than once', async () => {
	const folder = folderWith({
		'spec.yaml': 'model: m\nprompts: Hi\nopinions: {min: 2}\n',
		'out.jsonl': outputLine('0', 'yes'),
	});
	const {code, stderr} = await runCli(['spec.yaml', '--simulate', '--adopt', 'out.jsonl'], {cwd: folder});
	expect([code, stderr]).toEqual([2, expect.stringContaining('asks a request more than once')]);
});
