import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {runCli, startCli} from './cli-process.ts';
import {folderWith, journalOf, jsonLines, reportOf, resultsOf} from './run-folder.ts';

const env = {OPENAI_API_KEY: 'sk-test-rounds'};
const schema = `schema:
  type: object
  properties:
    emotion: {type: string, enum: [joy, anger]}
    is_clear: {type: boolean}
  required: [emotion, is_clear]
  additionalProperties: false
`;

function emotions(count: number, rest = 'mode: direct'): string {
	const args = Array.from({length: count}, (_, index) => `  - {text: "line ${index}"}`).join('\n');
	return `model: gpt-4o-mini
prompts: "Which emotion? {{text}}"
params: {max_tokens: 50}
opinions: {label: emotion, clear: is_clear}
${schema}${rest}
args:
${args}
`;
}

type Opinion = {
	readonly label: string;
	readonly answers: number;
	readonly failed: number;
	readonly counts: {readonly [label: string]: number};
	readonly weights: {readonly [label: string]: number};
	readonly agreement: number;
};

/** Each row says what its own answers come to, by the rule. */
function expectOpinions(folder: string, count: number): void {
	const rows = resultsOf(folder) as unknown as readonly {
		readonly index: number;
		readonly text: string;
		readonly parsed: {readonly emotion: string};
		readonly attempts: number;
		readonly cost_usd: number;
		readonly opinion: Opinion;
	}[];
	expect(rows.map(({index}) => index)).toEqual([...Array(count).keys()]);
	const answers = new Map<number, string[]>();
	const costs = new Map<number, number>();
	for (const event of journalOf(folder)) {
		if (event.type === 'attempt-answered') {
			const said = JSON.parse(JSON.parse(event.raw).choices[0].message.content).emotion;
			answers.set(event.index, [...(answers.get(event.index) ?? []), said]);
			costs.set(event.index, (costs.get(event.index) ?? 0) + (event.costPico ?? 0));
		}
	}

	for (const {index, parsed, opinion, cost_usd} of rows) {
		const said = answers.get(index)!;
		expect(opinion.answers).toBe(said.length);
		// 2 : 1 goes on to five.
		expect(said).toHaveLength(new Set(said.slice(0, 3)).size === 1 ? 3 : 5);
		const most = Math.max(...Object.values(opinion.counts));
		expect(opinion.counts[opinion.label]).toBe(most);
		expect(parsed.emotion).toBe(opinion.label);
		expect(cost_usd).toBeCloseTo(costs.get(index)! / 1e12, 12);
	}
}

describe('opinions', () => {
	test('are asked for until they agree, through a kill, and cost what the report says', async () => {
		const simulator = await simulated('latency=20..60ms');
		const folder = folderWith({'spec.yaml': emotions(24)});
		const args = ['spec.yaml', '--base-url', simulator.url, '--display', 'json', '--concurrency', '8'];
		const child = startCli(args, {cwd: folder, env});
		await child.says('"event":"request-finished"');
		child.kill('SIGKILL');
		await child.ended;
		const {code, stdout, stderr} = await runCli(args, {cwd: folder, env});
		expect(code, stderr).toBe(0);
		expectOpinions(folder, 24);
		const report = reportOf(stdout);
		const answered = journalOf(folder).filter(({type}) => type === 'attempt-answered').length;
		// What the kill cost is sent again, and counts as a retry.
		expect(report.attempts - report.retries).toBe(answered);
		expect(report.requests).toMatchObject({total: 24, done: 24, failed: 0});
		const finished = jsonLines(stdout).filter(({event}) => event === 'request-finished');
		const rows = new Map(resultsOf(folder).map(row => [row.index, row.cost_usd]));
		for (const {index, cost_usd} of finished) {
			expect(cost_usd).toBe(rows.get(index as number));
		}
	});

	test('go by batch, a round in each', async () => {
		const simulator = await simulated('batch=0.3s,shuffle');
		const folder = folderWith({'spec.yaml': emotions(12, 'mode: batch\nbatch: {poll_s: 0.05}')});
		const args = ['spec.yaml', '--base-url', simulator.url, '--display', 'json'];
		const {code, stderr} = await runCli(args, {cwd: folder, env});
		expect(code, stderr).toBe(0);
		expectOpinions(folder, 12);
	});

	test('are in the plan of check', async () => {
		const folder = folderWith({'spec.yaml': emotions(10)});
		const {stdout} = await runCli(['check', 'spec.yaml'], {cwd: folder, env});
		expect(stdout).toMatch(/^calls +30 /m);
		expect(stdout).toContain('3 to 5 times each');
		const {stdout: csv} = await runCli(['check', 'spec.yaml', '--json'], {cwd: folder, env});
		const {plan} = JSON.parse(csv);
		expect(plan.direct.max_output_tokens).toBe(10 * 5 * 50);
	});
});

describe('turns', () => {
	const spec = (rest = '') => `model: gpt-4o-mini
prompts:
  - turns: ['Name a dish with {{food}}.', 'How is it made?', 'In half the time?']
args:
  - {food: rice}
  - {food: eggs}
params: {max_tokens: 20}
${rest}`;

	test('give one row with the list of responses, each turn sent with what was said before', async () => {
		const simulator = await simulated('latency=1..5ms');
		const folder = folderWith({'spec.yaml': spec()});
		const args = ['spec.yaml', '--base-url', simulator.url, '--display', 'plain'];
		const {code, stdout, stderr} = await runCli(args, {cwd: folder, env});
		expect(code, stderr).toBe(0);
		expect(stdout).toContain('direct, as openai/gpt-4o-mini has requests of several turns');
		const rows = resultsOf(folder) as unknown as readonly {
			readonly prompt: unknown;
			readonly prompt_raw: unknown;
			readonly text: string;
			readonly responses: readonly string[];
		}[];
		expect(rows).toHaveLength(2);
		expect(rows[0]).toMatchObject({
			prompt: ['Name a dish with rice.', 'How is it made?', 'In half the time?'],
			prompt_raw: ['Name a dish with {{food}}.', 'How is it made?', 'In half the time?'],
		});
		expect(rows[0]!.responses).toHaveLength(3);
		expect(rows[0]!.text).toBe(rows[0]!.responses[2]);
		const longest = simulator.calls
			.map(({body}) => (body as {messages: {role: string; content: string}[]}).messages)
			.filter(messages => messages.length === 5 && messages[0]!.content.includes('rice'));
		expect(longest).toHaveLength(1);
		expect(longest[0]!.map(({role}) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
		expect([longest[0]![1]!.content, longest[0]![3]!.content]).toEqual(rows[0]!.responses.slice(0, 2));
	});

	test.each([
		['mode: batch\n', [], 'spec.yaml:8'],
		['', ['--mode', 'batch'], '--mode batch'],
	])('are refused in batch mode, with the reason: %j %j', async (rest, flags, where) => {
		const folder = folderWith({'spec.yaml': spec(rest)});
		const {code, stderr} = await runCli(['spec.yaml', ...flags, '--display', 'plain'], {cwd: folder, env});
		expect(code).toBe(2);
		expect(stderr).toContain(where);
		expect(stderr).toContain('each turn needs the answer to the one before');
	});

	test('are deduped by all their turns, and the answers of all are shared', async () => {
		const simulator = await simulated('latency=1..5ms');
		const folder = folderWith({
			'spec.yaml': `model: gpt-4o-mini
prompts: {turns: ['Hello.', 'More of {{food}}?']}
args: [{food: rice}, {food: eggs}, {food: rice}]
params: {max_tokens: 20}
dedupe: true
`,
		});
		const args = ['spec.yaml', '--base-url', simulator.url, '--display', 'plain'];
		const {code, stderr} = await runCli(args, {cwd: folder, env});
		expect(code, stderr).toBe(0);
		expect(simulator.calls).toHaveLength(4);
		const rows = resultsOf(folder) as unknown as readonly {responses: string[]; cost_usd: number | null}[];
		expect(rows[2]!.responses).toEqual(rows[0]!.responses);
		expect(rows[1]!.responses).not.toEqual(rows[0]!.responses);
		expect(rows.map(({cost_usd}) => cost_usd !== null)).toEqual([true, true, false]);
	});

	test('an accepted change of the spec begins an unfinished conversation anew', async () => {
		const simulator = await simulated('latency=1..5ms,500=60%');
		const folder = folderWith({'spec.yaml': spec('retry: {max_retries: 0}\n')});
		const args = ['spec.yaml', '--base-url', simulator.url, '--display', 'plain'];
		await runCli(args, {cwd: folder, env});
		writeFileSync(
			path.join(folder, 'spec.yaml'),
			spec('retry: {max_retries: 9, initial_s: 0.01}\n').replace('half the time', 'half an hour'),
		);
		const {code, stderr} = await runCli([...args, '--reinit-meta', '--wipe-failed'], {cwd: folder, env});
		expect([0, 1], stderr).toContain(code);
		for (const row of resultsOf(folder) as unknown as readonly {prompt: string[]; responses: string[]}[]) {
			expect(row.responses).toHaveLength(3);
		}
	});
});
