import {describe, expect, it} from 'vitest';
import {always, scriptedServer} from '../api/scripted-server.ts';
import {simulated} from '../simulator/simulated.ts';
import {runCli} from './cli-process.ts';
import {folderWith, journalOf, jsonLines, reportOf, resultsOf, specOf} from './run-folder.ts';

const env = {OPENAI_API_KEY: 'sk-test-money'};

function answer(usage: object): object {
	const choices = [{index: 0, message: {role: 'assistant', content: 'Hi'}, finish_reason: 'stop'}];
	return {id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'm', choices, usage};
}

const cachedUsage = {
	prompt_tokens: 1000,
	completion_tokens: 50,
	total_tokens: 1050,
	prompt_tokens_details: {cached_tokens: 800},
};

it('counts cached tokens as cached: 10 calls of 1000/800/50 at 2.5/1.25/10 cost 0.02', async () => {
	const server = await scriptedServer(always(200, answer(cachedUsage)));
	const folder = folderWith({
		'spec.yaml': specOf(10, 'prices: {input: 2.5, cached_input: 1.25, output: 10}'),
	});
	const args = ['spec.yaml', '--base-url', `${server.origin}/v1`, '--display', 'json'];
	const {stdout, code} = await runCli(args, {cwd: folder, env});
	expect(code).toBe(0);
	expect(reportOf(stdout)).toMatchObject({
		cost_usd: 0.02,
		tokens: {input: 10_000, cached: 8000, output: 500},
		session: {requests: 10, cost_usd: 0.02},
	});
	expect(resultsOf(folder).map(row => row.cost_usd)).toEqual(Array(10).fill(0.002));
});

it('adds up to the last digit: report, result rows, journal and events agree, faults included', async () => {
	const simulator = await simulated('500=10%,refusal=5%,429=5%');
	const retry = 'retry: {initial_s: 0.01, max_s: 0.05}';
	const folder = folderWith({'spec.yaml': specOf(120, retry)});
	const args = ['spec.yaml', '--base-url', simulator.url, '--display', 'json'];
	const {stdout, code} = await runCli(args, {cwd: folder, env});
	expect(code).toBe(1);
	const report = reportOf(stdout);
	expect(report.requests.failed).toBeGreaterThan(0);

	const pico = (usd: number | null) => BigInt(Math.round((usd ?? 0) * 1e12));
	const journal = journalOf(folder);
	const spent = journal.reduce(
		(sum, event) =>
			event.type === 'attempt-answered' || event.type === 'attempt-failed'
				? sum + BigInt(event.costPico ?? 0)
				: sum,
		0n,
	);
	expect(pico(report.cost_usd)).toBe(spent);
	const answered = journal.reduce(
		(sum, event) => (event.type === 'attempt-answered' ? sum + BigInt(event.costPico ?? 0) : sum),
		0n,
	);
	expect(resultsOf(folder).reduce((sum, row) => sum + pico(row.cost_usd), 0n)).toBe(answered);
	expect(spent).toBeGreaterThan(answered);
	const finished = jsonLines(stdout).filter(({event}) => event === 'request-finished');
	expect(finished.reduce((sum, event) => sum + pico(event.cost_usd as number), 0n)).toBe(answered);

	// gpt-4o-mini costs 0.15 and 0.60 USD per million tokens: 150,000 and 600,000 picodollars a token.
	const first = journal.find(event => event.type === 'attempt-answered');
	expect(first!.costPico).toBe(first!.usage.input * 150_000 + first!.usage.output * 600_000);
});

describe('an unknown price', () => {
	const spec = specOf(2).replace('gpt-4o-mini', 'some-local-model');

	it('is null in rows and report, unknown in words, never 0', async () => {
		const server = await scriptedServer(always(200, answer(cachedUsage)));
		const folder = folderWith({'spec.yaml': spec});
		const args = ['spec.yaml', '--base-url', `${server.origin}/v1`];
		const plain = await runCli(args, {cwd: folder, env});
		expect(plain.code).toBe(0);
		expect(plain.stdout).toMatch(/cost +unknown/);
		expect(plain.stdout).not.toMatch(/\$0/);
		expect(resultsOf(folder).map(row => row.cost_usd)).toEqual([null, null]);
		const again = await runCli([...args, '--display', 'json'], {cwd: folder, env});
		expect(reportOf(again.stdout)).toMatchObject({cost_usd: null, tokens: {input: 2000}});
	});

	it('is mended by prices in the spec, also for the next session of the run', async () => {
		const server = await scriptedServer(always(200, answer(cachedUsage)));
		const folder = folderWith({'spec.yaml': `${spec}prices: {input: 1, output: 2}\n`});
		const args = ['spec.yaml', '--base-url', `${server.origin}/v1`, '--display', 'json'];
		const {stdout} = await runCli(args, {cwd: folder, env});
		// Without a price for cached input they cost what others cost.
		expect(reportOf(stdout)).toMatchObject({cost_usd: 2 * (1000 * 1e-6 + 50 * 2e-6)});
	});
});

it('prices a request once, not each of its n choices', async () => {
	const folder = folderWith({
		'spec.yaml': 'model: gpt-4o-mini\nprompts: Hi\nparams: {n: 4, max_tokens: 5}\n',
	});
	const {stdout} = await runCli(['spec.yaml', '--simulate', '--display', 'json'], {cwd: folder});
	const costs = resultsOf(folder).map(row => row.cost_usd);
	expect(costs).toEqual([expect.any(Number), null, null, null]);
	expect(reportOf(stdout).cost_usd).toBe(costs[0]);
});
