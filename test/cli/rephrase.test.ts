import {writeFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {splitNumberedList} from '../../source/domain/rephrase.ts';
import {simulated} from '../simulator/simulated.ts';
import {runCli, startCli, until} from './cli-process.ts';
import {folderWith, journalOf, reportOf, resultsOf, specOf} from './run-folder.ts';

const env = {OPENAI_API_KEY: 'sk-test-rephrase'};
const words = {'words.txt': 'Say it anew: {INPUT_PROMPT}\n\nSay it\\nshorter: {INPUT_PROMPT}\n'};
const rephrase = (rest = '') =>
	`rephrase:\n  models: {w: {model: gpt-4.1, params: {max_tokens: 9}}}\n  templates: [words.txt]\n${rest}`;

describe('rephrase', () => {
	it('asks the prompts, and what the models make of them, in one run', async () => {
		const simulator = await simulated('latency=1ms');
		const judge = 'judge:\n  judges: [gpt-4o]\n  templates: ["{OUTPUT_RESPONSE}?"]\n';
		const folder = folderWith({'spec.yaml': specOf(5, rephrase() + judge), ...words});
		const args = ['spec.yaml', '--base-url', simulator.url, '--display', 'json'];
		const {code, stdout, stderr} = await runCli(args, {cwd: folder, env});
		expect(code, stderr).toBe(0);
		// 5 originals, 10 asked for other words, 10 in other words, and 15 answers judged.
		expect(reportOf(stdout).requests).toMatchObject({total: 40, done: 40});
		expect(simulator.calls).toHaveLength(40);
		const results = resultsOf(folder);
		const asked = results.find(({id}) => id === 'rephrase-w-1-3')!;
		expect(asked).toMatchObject({model: 'gpt-4.1', prompt: 'Say it\nshorter: Say 3'});
		expect(results.find(({id}) => id === 'rephrase-w-1-3-0')).toMatchObject({
			model: 'gpt-4o-mini',
			model_args: {max_tokens: 8},
			prompt: asked.text!.trim(),
			input: {'input-id': '3', 'input-prompt': 'Say 3'},
		});
		expect(results.filter(({id}) => id.startsWith('judge-'))).toHaveLength(15);
	});

	it('asks only what was rephrased where the originals are dropped, also after kills', async () => {
		const simulator = await simulated('latency=25ms');
		const folder = folderWith({'spec.yaml': specOf(8, rephrase('  keep_originals: false\n')), ...words});
		const args = ['spec.yaml', '--base-url', simulator.url, '--concurrency', '2'];
		for (const calls of [4, 15, 24]) {
			const session = startCli(args, {cwd: folder, env});
			await until(() => simulator.calls.length >= calls, `${calls} calls`);
			session.kill('SIGKILL');
			await session.ended;
		}

		const last = await runCli(args, {cwd: folder, env});
		expect(last.code, last.stderr).toBe(0);
		const results = resultsOf(folder);
		expect(results).toHaveLength(32);
		expect(new Set(results.map(({id}) => id)).size).toBe(32);
		expect(results.every(({id}) => id.startsWith('rephrase-w-'))).toBe(true);
		const answered = journalOf(folder).flatMap(event =>
			event.type === 'attempt-answered' ? [event.index] : [],
		);
		expect(new Set(answered).size).toBe(answered.length);
	});

	it('asks nothing twice where the spec grows, although the prompts themselves are not asked', async () => {
		const folder = folderWith({'spec.yaml': specOf(3, rephrase('  keep_originals: false\n')), ...words});
		const args = ['spec.yaml', '--simulate', '--display', 'json'];
		expect((await runCli(args, {cwd: folder, env})).code).toBe(0);
		writeFileSync(`${folder}/spec.yaml`, specOf(4, rephrase('  keep_originals: false\n')));
		const {code, stdout, stderr} = await runCli([...args, '--reinit-meta'], {cwd: folder, env});
		expect(code, stderr).toBe(0);
		expect(reportOf(stdout)).toMatchObject({requests: {total: 16, done: 16}, session: {requests: 4}});
	});

	it('splits a numbered list, without numbers, brackets and outer quotes', () => {
		expect(splitNumberedList('Sure:\n1. one\n2) "two"\n[3] [three]\n 4: four\n   and more\n\nx')).toEqual([
			'one',
			'two',
			'three',
			'four\n   and more\nx',
		]);
		expect(splitNumberedList('nothing')).toEqual([]);
	});
});
