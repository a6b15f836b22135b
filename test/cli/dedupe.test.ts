import {rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {runCli, startCli, until} from './cli-process.ts';
import {folderWith, jsonLines, reportOf, resultsOf, runOf} from './run-folder.ts';

const env = {OPENAI_API_KEY: 'sk-test-dedupe'};

function spec(rest = ''): string {
	return `model: gpt-4o-mini\nprompts: Describe {{word}}\nparams: {max_tokens: 8}\ndedupe: true\nargs: {file: rows.jsonl}\n${rest}\n`;
}

/** `distinct` words, asked again and again, each row with its number. */
const rowsOf = (requests: number, distinct: number) =>
	Array.from({length: requests}, (_, index) =>
		JSON.stringify({word: `w${index % distinct}`, row: index}),
	).join('\n');

describe('dedupe', () => {
	it('asks each body once, fills every row, and counts the cost once', async () => {
		const simulator = await simulated('latency=1ms');
		const folder = folderWith({'spec.yaml': spec('mode: direct'), 'rows.jsonl': rowsOf(30, 4)});
		const args = ['spec.yaml', '--base-url', simulator.url, '--display', 'json'];
		const {code, stdout, stderr} = await runCli(args, {cwd: folder, env});
		expect(code, stderr).toBe(0);
		expect(simulator.calls).toHaveLength(4);
		const results = resultsOf(folder);
		expect(results.map(({index}) => index)).toEqual([...Array(30).keys()]);
		expect(results.map(({input}) => input.row)).toEqual([...Array(30).keys()]);
		for (const row of results) {
			const first = results[row.index % 4]!;
			expect(row.text).toBe(first.text);
			expect(row.call).toEqual({id: first.call!.id, size: row.index % 4 < 2 ? 8 : 7});
			expect([row.usage === null, row.cost_usd === null]).toEqual(Array(2).fill(row.index > 3));
		}

		const report = reportOf(stdout);
		expect(report.requests).toEqual({total: 30, done: 30, failed: 0, pending: 0});
		expect(report.attempts).toBe(4);
		const sum = results.reduce((total, row) => total + (row.cost_usd ?? 0), 0);
		expect(report.cost_usd).toBeCloseTo(sum, 12);
		expect(jsonLines(stdout).filter(({event}) => event === 'request-finished')).toHaveLength(30);

		const exported = await runCli(['export', 'spec.yaml'], {cwd: folder});
		expect(jsonLines(exported.stdout)).toEqual(results);
		const again = await runCli(args, {cwd: folder, env});
		expect(again.code).toBe(0);
		expect(simulator.calls).toHaveLength(4);
	});

	it('is about the requests of the spec: what stages add is asked each for itself, also after a kill', async () => {
		const simulator = await simulated('latency=40ms');
		const rephrase = `rephrase: {models: [gpt-4.1-nano], templates: ["Anew: {INPUT_PROMPT}"]}`;
		const folder = folderWith({'spec.yaml': spec(rephrase), 'rows.jsonl': rowsOf(6, 2)});
		const args = ['spec.yaml', '--base-url', simulator.url];
		const session = startCli([...args, '--concurrency', '1'], {cwd: folder, env});
		await until(() => simulator.calls.length >= 3, '3 calls');
		session.kill('SIGKILL');
		await session.ended;
		const {code, stderr} = await runCli(args, {cwd: folder, env});
		expect(code, stderr).toBe(0);
		expect(resultsOf(folder)).toHaveLength(18);
		// 2 of the spec, 6 that ask for other words, 6 in those; the kill cost one.
		expect(simulator.calls.length).toBeLessThanOrEqual(15);
		expect(simulator.calls.length).toBeGreaterThanOrEqual(14);
	});

	it('goes on after a kill, also where the list of those that ask the same is lost, and by batch', async () => {
		const simulator = await simulated('latency=40ms');
		const folder = folderWith({'spec.yaml': spec(), 'rows.jsonl': rowsOf(300, 30)});
		const args = ['spec.yaml', '--base-url', simulator.url];
		const session = startCli([...args, '--concurrency', '1'], {cwd: folder, env});
		await until(() => simulator.calls.length >= 5, '5 calls');
		session.kill('SIGKILL');
		await session.ended;
		rmSync(path.join(runOf(folder), 'inputs', 'twins'));
		const {code} = await runCli(args, {cwd: folder, env});
		expect(code).toBe(0);
		expect(simulator.calls.length).toBeLessThanOrEqual(31);
		expect(new Set(resultsOf(folder).map(({text}) => text)).size).toBeLessThanOrEqual(30);
		expect(resultsOf(folder)).toHaveLength(300);
	});

	it('is another spec when it is switched on later, which --reinit-meta accepts', async () => {
		const simulator = await simulated('latency=1ms');
		const text = spec('mode: direct');
		const folder = folderWith({
			'spec.yaml': text.replace('dedupe: true', 'dedupe: false'),
			'rows.jsonl': rowsOf(6, 3),
		});
		const args = ['spec.yaml', '--base-url', simulator.url];
		await runCli(args, {cwd: folder, env});
		expect(simulator.calls).toHaveLength(6);
		writeFileSync(path.join(folder, 'spec.yaml'), text);
		writeFileSync(path.join(folder, 'rows.jsonl'), rowsOf(12, 3));
		expect((await runCli(args, {cwd: folder, env})).code).toBe(2);
		expect((await runCli([...args, '--reinit-meta'], {cwd: folder, env})).code).toBe(0);
		// What was asked under the older spec may have been asked differently: each body is asked once more.
		expect(simulator.calls).toHaveLength(9);
		expect(resultsOf(folder).filter(({call}) => call !== null)).toHaveLength(6);
	});
});
