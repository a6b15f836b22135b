import {expect, test} from 'vitest';
import {runCli} from './cli-process.ts';
import {folderWith, jsonLines, resultsOf} from './run-folder.ts';

/** The examples of batch-prompt's README, run as specs: the same prompts, in its order, one row per choice. */
async function resultsFor(spec: string) {
	const folder = folderWith({'spec.yaml': spec});
	const {code, stdout, stderr} = await runCli(
		['spec.yaml', '--simulate=latency=1..5ms', '--display', 'json', '--force-direct'],
		{cwd: folder},
	);
	expect(code, stderr).toBe(0);
	return {rows: resultsOf(folder), report: jsonLines(stdout).at(-1)!};
}

test('minimal: one completion with its log probabilities asked for', async () => {
	const sequence = '[Heads, Tails, Heads, Tails, Heads, Tails, Heads, Tails, Heads, Tails]';
	const raw =
		'Q: Are the following coin flips from a random coin flip, or non-random coin flip? {sequence}\n\nA: The flips are from a';
	const {rows} = await resultsFor(`
model: gpt-3.5-turbo-instruct
endpoint: completions
template: python
prompts: ${JSON.stringify(raw)}
args: {sequence: ${JSON.stringify(sequence)}}
params: {max_tokens: 1, logprobs: 5}
`);
	expect(rows).toHaveLength(1);
	expect(rows[0]).toMatchObject({
		prompt: raw.replace('{sequence}', sequence),
		prompt_raw: raw,
		prompt_args: {sequence},
		model_args: {max_tokens: 1, logprobs: 5},
		choice: {index: 0, text: expect.any(String), finish_reason: 'length'},
		completion: {object: 'text_completion'},
	});
});

const foods = [
	['I like', 'pizza'],
	['I like', 'apples'],
	['I hate', 'pizza'],
	['I hate', 'apples'],
] as const;

test('batching: two templates and two dicts with n: 2 are 4 prompts and 8 rows', async () => {
	const {rows, report} = await resultsFor(`
model: gpt-3.5-turbo-instruct
endpoint: completions
template: python
prompts: ['I like {food}', 'I hate {food}']
args: [{food: pizza}, {food: apples}]
params: {max_tokens: 10, n: 2}
`);
	expect(report).toMatchObject({requests: {done: 4}, attempts: 4});
	expect(rows.map(({prompt, prompt_raw, prompt_args}) => [prompt, prompt_raw, prompt_args])).toEqual(
		foods.flatMap(([words, food]) => {
			const row = [`${words} ${food}`, `${words} {food}`, {food}];
			return [row, row];
		}),
	);
	expect(rows.map(row => row.choice_index)).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
	expect(rows.every(({text, choice}) => text === (choice as {text: string}).text)).toBe(true);
	expect(rows.map(({usage}) => usage === null)).toEqual([false, true, false, true, false, true, false, true]);
	expect(rows[0]!.model_args).toEqual({max_tokens: 10, n: 2});
});

test('chat: args per message, 4 calls and 8 rows', async () => {
	const {rows, report} = await resultsFor(`
model: gpt-3.5-turbo
template: python
prompts:
  - {messages: [{role: user, content: 'I like {food}'}]}
  - {messages: [{role: user, content: 'I hate {food}'}]}
args: [[{food: pizza}], [{food: apples}]]
params: {max_tokens: 10, n: 2}
`);
	expect(report).toMatchObject({requests: {done: 4}, attempts: 4});
	expect(
		rows.map(({messages, messages_raw, messages_args}) => [messages, messages_raw, messages_args]),
	).toEqual(
		foods.flatMap(([words, food]) => {
			const message = (content: string) => [{role: 'user', content}];
			const row = [message(`${words} ${food}`), message(`${words} {food}`), [{food}]];
			return [row, row];
		}),
	);
	expect(rows.map(row => row.choice_index)).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
	expect(rows[0]!.choice).toMatchObject({index: 0, message: {role: 'assistant'}, finish_reason: 'length'});
});
