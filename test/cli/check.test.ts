import path from 'node:path';
import {expect, it} from 'vitest';
import {runCli} from './cli-process.ts';
import {filesBelow, folderWith, specOf} from './run-folder.ts';

// "Say {n}" is 2 tokens and a space: a chat message of 3 tokens adds 3, the reply 3, the role 1 (o200k_base).
const inputTokens = 10;
const prices = 'prices: {input: 2.5, output: 10, batch_input: 1.25, batch_output: 5}';

async function checked(spec: string, args: readonly string[] = []) {
	const folder = folderWith({'spec.yaml': spec});
	const {code, stdout, stderr} = await runCli(['check', 'spec.yaml', '--json', ...args], {cwd: folder});
	expect({code, stderr}).toEqual({code: 0, stderr: ''});
	expect(filesBelow(folder)).toEqual([path.join(folder, 'spec.yaml')]);
	return JSON.parse(stdout);
}

it('compares direct, batch and auto to a billionth of a dollar', async () => {
	const {plan, completion_ratio: ratio, queues} = await checked(specOf(120, `mode: auto\n${prices}`));
	const input = 120 * inputTokens;
	const output = 120 * 8;
	expect(ratio).toEqual({value: 0.5, from: 'assumed'});
	const dollars = (tokensIn: number, tokensOut: number, rateIn: number, rateOut: number) =>
		(tokensIn * rateIn + tokensOut * rateOut) / 1e6;
	expect(plan.direct).toMatchObject({
		calls: 120,
		files: 0,
		bytes: 0,
		input_tokens: input,
		output_tokens: output / 2,
		max_output_tokens: output,
		batch_hours_at_most: 0,
		enqueued_tokens: 0,
	});
	expect(Math.abs(plan.direct.cost_usd - dollars(input, output / 2, 2.5, 10))).toBeLessThan(1e-9);
	expect(Math.abs(plan.direct.max_cost_usd - dollars(input, output, 2.5, 10))).toBeLessThan(1e-9);
	expect(plan.batch).toMatchObject({
		calls: 0,
		files: 1,
		direct_seconds: 0,
		batch_hours_at_most: 24,
		enqueued_tokens: input,
		most_enqueued_tokens: input,
	});
	expect(Math.abs(plan.batch.cost_usd - dollars(input, output / 2, 1.25, 5))).toBeLessThan(1e-9);
	expect(Math.abs(plan.batch.max_cost_usd - dollars(input, output, 1.25, 5))).toBeLessThan(1e-9);
	// 120 are at least batch.min_requests 101.
	expect(plan.auto).toEqual(plan.batch);
	expect(queues).toMatchObject([{lane: 'batch', requests: 120, has_batch: true}]);
});

it('cuts files by the limits of a batch, and says how many tokens are enqueued at once', async () => {
	const limits = 'batch: {min_requests: 10, max_requests: 50}\nremote: {max_batches: 2, max_requests: 100}';
	const {plan, queues} = await checked(specOf(120, `${prices}\n${limits}\ncompletion_ratio: 0.25`));
	expect(queues[0].shards.map(({requests}: {requests: number}) => requests)).toEqual([50, 50, 20]);
	expect(plan.batch).toMatchObject({
		files: 3,
		enqueued_tokens: 120 * inputTokens,
		most_enqueued_tokens: 100 * inputTokens,
		batch_hours_at_most: 48,
		output_tokens: 240,
	});
});

it('sends the last requests direct under auto where they are too few for a batch', async () => {
	const {plan} = await checked(
		specOf(120, `mode: auto\n${prices}\nbatch: {min_requests: 30, max_requests: 50}`),
	);
	expect(plan.batch).toMatchObject({calls: 0, files: 3});
	expect(plan.auto).toMatchObject({calls: 20, files: 2, enqueued_tokens: 100 * inputTokens});
	const expected = 100 * (inputTokens * 1.25 + 4 * 5) + 20 * (inputTokens * 2.5 + 4 * 10);
	expect(Math.abs(plan.auto.cost_usd - expected / 1e6)).toBeLessThan(1e-9);
});

it('keeps the safety of 1.05 below a limit of tokens', async () => {
	const {queues} = await checked(specOf(120, `${prices}\nbatch: {max_ktokens: 0.5, min_requests: 10}`));
	// 500 / 1.05 = 476 tokens: 47 requests of 10.
	expect(queues[0].shards.map(({requests}: {requests: number}) => requests)).toEqual([47, 47, 26]);
});

it('sends few requests direct under auto, and says why', async () => {
	const folder = folderWith({'spec.yaml': specOf(100, `mode: auto\n${prices}`)});
	const {stdout} = await runCli(['check', 'spec.yaml'], {cwd: folder});
	expect(stdout).toMatch(/direct, as .*100 open requests, fewer than batch\.min_requests 101/);
	expect(stdout).toMatch(/^plan +direct +batch +auto$/m);
	expect(stdout).toMatch(/^calls +100 +0 +100$/m);
	expect(stdout).toMatch(/^batch files +0 +1 +0$/m);
	// 1000 tokens in, 400 expected out: 2500 + 4000 and 1250 + 2000 millionths.
	expect(stdout).toMatch(/^USD, expected +\$0\.0065 +\$0\.00325 +\$0\.0065$/m);
	expect(stdout).toMatch(/^USD, at most +\$0\.0105 +\$0\.00525 +\$0\.0105$/m);
	expect(stdout).toContain('completion ratio of 0.5, assumed');
});

it('says unknown of a price that nobody knows, and which provider has no Batch API', async () => {
	const spec = specOf(3).replace(
		'model: gpt-4o-mini',
		'model: my-own-model\nprovider: {base_url: "http://127.0.0.1:9/v1"}',
	);
	const folder = folderWith({'spec.yaml': spec});
	const {code, stdout} = await runCli(['check', 'spec.yaml'], {cwd: folder});
	expect(code).toBe(0);
	expect(stdout).toMatch(/^USD, expected +unknown +- +unknown$/m);
	expect(stdout).toContain('custom/my-own-model: no Batch API takes its requests');
	expect(stdout).not.toContain('$');
});
