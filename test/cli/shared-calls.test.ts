import {expect, test} from 'vitest';
import type {ResultRow} from '../../source/domain/result.ts';
import {type Simulated, simulated} from '../simulator/simulated.ts';
import {failuresOf, folderWith, resultsOf} from './run-folder.ts';
import {runHere} from './run-here.ts';

const count = 1000;

/** Answers echo their prompts, so that a mix-up shows. */
async function run(simulator: Simulated, rest: string) {
	const rows = Array.from({length: count}, (_, n) => JSON.stringify({id: `r${n}`, n})).join('\n');
	const folder = folderWith({
		'.env': 'OPENAI_API_KEY=sk-test\n',
		'rows.jsonl': `${rows}\n`,
		'spec.yaml': `model: gpt-3.5-turbo-instruct\nendpoint: completions\nprompts_per_call: 7\nprompts: Number {{n}}.\nargs: {file: rows.jsonl}\nparams: {max_tokens: 8, echo: true, n: 2}\n${rest}\n`,
	});
	const {report} = await runHere(folder, ['--base-url', simulator.url]);
	expect(failuresOf(folder)).toEqual([]);
	return {report, rows: resultsOf(folder)};
}

function expectMatched(rows: readonly ResultRow[]): void {
	expect(rows.map(({id, choice_index: choice}) => `${id} ${choice}`)).toEqual(
		Array.from({length: 2 * count}, (_, row) => `r${row >> 1} ${row % 2}`),
	);
	expect(rows.filter(({text, prompt}) => !text?.startsWith(String(prompt)))).toEqual([]);
	for (const row of rows) {
		// Of the call, on the first row of its first request.
		expect(row.usage === null).toBe(row.cost_usd === null);
	}
}

function callIds(rows: readonly ResultRow[]): ReadonlySet<string | undefined> {
	return new Set(rows.map(({call}) => call?.id));
}

test('1,000 prompts, 7 a call, 10 at once: 143 calls and every row matched', async () => {
	const simulator = await simulated('latency=5..40ms');
	const {report, rows} = await run(simulator, 'mode: direct\nrate: {concurrency: 10}');
	expect(report).toMatchObject({requests: {done: count}, attempts: count, retries: 0, calls: 143});
	expect(simulator.calls).toHaveLength(143);
	expect(Math.max(...simulator.calls.map(({concurrency}) => concurrency))).toBe(10);
	expectMatched(rows);
	expect(callIds(rows).size).toBe(143);
	const paid = rows.filter(({usage}) => usage !== null);
	expect(paid).toHaveLength(143);
	const usd = paid.reduce((sum, {cost_usd: cost}) => sum + cost!, 0);
	expect(usd).toBeCloseTo(report.cost_usd!, 9);
});

test('with faults and in batches they are matched as well', async () => {
	const [direct, batches] = await Promise.all([
		simulated('429=5%,500=5%,cut=3%,empty=3%,malformed=3%,seed=3'),
		simulated('batch=300ms,shuffle,missing=2'),
	]);
	const retry = 'retry: {initial_s: 0.01, max_s: 0.02, max_retries: 9}';
	const [called, batched] = await Promise.all([
		run(direct, `mode: direct\n${retry}`),
		run(batches, 'mode: batch\nbatch: {poll_s: 0.05}'),
	]);
	expect(direct.calls.some(({fault}) => fault !== null)).toBe(true);
	expectMatched(called.rows);
	expectMatched(batched.rows);
	expect(batched.report).toMatchObject({mode: {batch: count, direct: 0}, calls: 145});
	expect(batches.calls.filter(({path}) => path === '/completions')).toEqual([]);
});
