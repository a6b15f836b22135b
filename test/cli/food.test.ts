import {readFileSync, statSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {runCli} from './cli-process.ts';
import {folderWith, jsonLines, reportOf, resultsOf, runOf} from './run-folder.ts';

/** Contract section 2. */
const food = `
name: food-likes
provider: openai
endpoint: chat
model: gpt-4o-mini
prompts:
  - I like {{food}}
  - I hate {{food}}
args:
  - {food: pizza}
  - {food: apples}
params: {max_tokens: 10, n: 2}
mode: auto
`;

const choices = ['I like pizza', 'I like apples', 'I hate pizza', 'I hate apples'].flatMap(prompt => [
	[prompt, 0],
	[prompt, 1],
]);

const headKeys = ['id', 'index', 'choice_index'];
const tailKeys = [
	...['model', 'model_args', 'provider', 'text', 'finish_reason', 'warnings', 'choice', 'completion'],
	...[
		'usage',
		'cost_usd',
		'call',
		'mode',
		'batch_id',
		'attempts',
		'sent_at',
		'finished_at',
		'latency_ms',
		'input',
	],
];

it('makes 4 calls and 8 rows of the food example, in the order of the spec, with every key', async () => {
	const simulator = await simulated('latency=1..30ms');
	const folder = folderWith({'spec.yaml': food});
	const args = ['spec.yaml', '--base-url', simulator.url, '--display', 'json'];
	const env = {OPENAI_API_KEY: 'sk-test-food'};
	const first = await runCli(args, {cwd: folder, env});
	expect(first).toMatchObject({code: 0, stderr: ''});
	expect(simulator.calls).toHaveLength(4);

	const rows = resultsOf(folder);
	expect(rows.map(row => [row.prompt, row.choice_index])).toEqual(choices);
	expect(rows.map(({id, index}) => [id, index])).toEqual(
		[0, 0, 1, 1, 2, 2, 3, 3].map(index => [String(index), index]),
	);
	for (const [position, row] of rows.entries()) {
		expect(Object.keys(row)).toEqual([...headKeys, 'prompt', 'prompt_raw', 'prompt_args', ...tailKeys]);
		const {completion, choice, usage} = row as never as {[key: string]: {[key: string]: unknown}};
		expect(row.model_args).toEqual({max_tokens: 10, n: 2});
		expect(choice).toMatchObject({index: row.choice_index, message: {content: row.text}});
		expect(completion).toMatchObject({object: 'chat.completion'});
		expect(completion).not.toHaveProperty('choices');
		const isFirst = position % 2 === 0;
		expect(usage).toEqual(isFirst ? expect.objectContaining({prompt_tokens: expect.any(Number)}) : null);
		expect(row.cost_usd).toEqual(isFirst ? expect.any(Number) : null);
	}

	expect(rows[2]).toMatchObject({
		prompt_raw: 'I like {{food}}',
		prompt_args: {food: 'apples'},
		provider: 'openai',
		mode: 'direct',
		batch_id: null,
		call: null,
		attempts: 1,
		input: {},
	});
	for (const name of ['state.json', 'journal.jsonl', 'results.jsonl', 'failures.jsonl']) {
		expect(statSync(path.join(runOf(folder), name)).mode & 0o777).toBe(0o600);
	}

	expect(statSync(runOf(folder)).mode & 0o777).toBe(0o700);
	expect(readFileSync(path.join(runOf(folder), 'failures.jsonl'), 'utf8')).toBe('');

	const again = await runCli(args, {cwd: folder, env});
	expect(again.code).toBe(0);
	expect(simulator.calls).toHaveLength(4);
	expect(reportOf(again.stdout)).toMatchObject({
		requests: {total: 4, done: 4, failed: 0, pending: 0},
		attempts: 4,
		session: {requests: 0, cost_usd: 0},
		cost_usd: reportOf(first.stdout).cost_usd,
	});
	expect(resultsOf(folder)).toEqual(rows);
});

it("reproduces batch-prompt's 8-choice chat example, with args per message", async () => {
	const spec = `
model: gpt-4o-mini
prompts:
  - messages:
      - {role: system, content: 'You are a {{kind}} critic.'}
      - {role: user, content: 'I like {{food}}'}
  - messages:
      - {role: system, content: 'You are a {{kind}} critic.'}
      - {role: user, content: 'I hate {{food}}'}
args:
  - [{kind: kind}, {food: pizza}]
  - [{kind: harsh}, {food: apples}]
params: {max_tokens: 10, n: 2}
`;
	const folder = folderWith({'spec.yaml': spec});
	expect((await runCli(['spec.yaml', '--simulate'], {cwd: folder})).code).toBe(0);
	const rows = resultsOf(folder);
	expect(rows.map(row => [(row.messages as {content: string}[])[1]!.content, row.choice_index])).toEqual(
		choices,
	);
	expect(rows[7]).toMatchObject({
		id: '3',
		messages: [
			{role: 'system', content: 'You are a harsh critic.'},
			{role: 'user', content: 'I hate apples'},
		],
		messages_raw: [{content: 'You are a {{kind}} critic.'}, {content: 'I hate {{food}}'}],
		messages_args: [{kind: 'harsh'}, {food: 'apples'}],
	});
	expect(Object.keys(rows[0]!)).toEqual([
		...headKeys,
		...['messages', 'messages_raw', 'messages_args'],
		...tailKeys,
	]);
});

it('flattens n=3 into three rows of one request whose usage is counted once', async () => {
	const folder = folderWith({
		'spec.yaml':
			'model: gpt-4o-mini\nprompts: Hi {{name}}\nargs: {name: Ann}\nparams: {n: 3, max_tokens: 5}\n',
	});
	const {stdout, code} = await runCli(['spec.yaml', '--simulate', '--display', 'json'], {cwd: folder});
	expect(code).toBe(0);
	const rows = resultsOf(folder);
	expect(rows.map(row => [row.id, row.choice_index, row.usage !== null])).toEqual([
		['0', 0, true],
		['0', 1, false],
		['0', 2, false],
	]);
	for (const row of rows) {
		expect(row).toMatchObject({prompt_raw: 'Hi {{name}}', prompt_args: {name: 'Ann'}});
		expect(row.model_args).toEqual({n: 3, max_tokens: 5});
	}

	const usage = rows[0]!.usage as {readonly prompt_tokens: number; readonly completion_tokens: number};
	expect(reportOf(stdout)).toMatchObject({
		requests: {total: 1, done: 1},
		tokens: {input: usage.prompt_tokens, output: usage.completion_tokens},
	});
});

it('exports the same rows, as JSONL and as CSV', async () => {
	const folder = folderWith({'spec.yaml': food});
	await runCli(['spec.yaml', '--simulate'], {cwd: folder});
	const jsonl = await runCli(['export', 'spec.yaml'], {cwd: folder});
	expect(jsonl).toMatchObject({code: 0, stderr: ''});
	expect(jsonLines(jsonl.stdout)).toEqual(resultsOf(folder));
	const csv = await runCli(['export', 'spec.promptbatch', '--format', 'csv', '--output', 'out.csv'], {
		cwd: folder,
	});
	expect(csv).toMatchObject({code: 0, stdout: ''});
	const text = readFileSync(path.join(folder, 'out.csv'), 'utf8');
	expect(text.split('\n')[0]).toContain('id,index,choice_index,prompt,');
});
