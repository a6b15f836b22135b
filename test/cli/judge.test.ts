import {writeFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {runCli, startCli, until} from './cli-process.ts';
import {folderWith, journalOf, reportOf, resultsOf, specOf} from './run-folder.ts';

const env = {OPENAI_API_KEY: 'sk-test-judge'};
const templates = {
	'strict.txt': 'Be strict. {INPUT_PROMPT}\n---\n{OUTPUT_RESPONSE}\n',
	'kind.txt': 'Be kind. {OUTPUT_RESPONSE} {"a": 1}\n',
};
const judge = `judge:
  judges:
    big: {model: gpt-4.1, params: {temperature: 0, max_tokens: 5}}
    small: {model: gpt-4o-mini, params: {max_tokens: 6}}
  templates: [strict.txt, kind.txt]
`;

describe('judges', () => {
	it('are asked about every answer, each with each template, as a stage of the same run', async () => {
		const simulator = await simulated('latency=1ms');
		const folder = folderWith({'spec.yaml': specOf(12, judge), ...templates});
		const args = ['spec.yaml', '--base-url', simulator.url, '--display', 'json'];
		const {code, stdout, stderr} = await runCli(args, {cwd: folder, env});
		expect(code, stderr).toBe(0);
		expect(reportOf(stdout).requests).toEqual({total: 60, done: 60, failed: 0, pending: 0});
		expect(simulator.calls).toHaveLength(60);
		const results = resultsOf(folder);
		expect(results).toHaveLength(60);
		const judged = results.slice(12);
		expect(new Set(judged.map(({id}) => id))).toEqual(
			new Set(
				['big', 'small'].flatMap(name =>
					['strict', 'kind'].flatMap(template =>
						[...Array(12).keys()].map(index => `judge-${name}-${template}-${index}`),
					),
				),
			),
		);
		const one = judged.find(({id}) => id === 'judge-big-strict-3')!;
		expect(one).toMatchObject({
			model: 'gpt-4.1',
			model_args: {temperature: 0, max_tokens: 5},
			prompt: `Be strict. Say 3\n---\n${results[3]!.text}`,
			input: {
				'input-id': '3',
				'input-prompt': 'Say 3',
				'input-response': results[3]!.text,
				'input-model': 'gpt-4o-mini',
				judge: 'big',
				template: 'strict',
			},
		});
		const again = await runCli(args, {cwd: folder, env});
		expect(again.code).toBe(0);
		expect(simulator.calls).toHaveLength(60);
	});

	it('are asked anew where a changed spec gives the id of an answer to another', async () => {
		const only = `judge: {judges: [gpt-4o-mini], templates: {good: '{OUTPUT_RESPONSE}'}}\n`;
		const spec = (words: string) =>
			`model: gpt-4o-mini\nprompts: Say {{n}}\nargs: [${words}]\nparams: {max_tokens: 5}\n${only}`;
		const folder = folderWith({'spec.yaml': spec('{n: one}, {n: two}, {n: three}')});
		const args = ['spec.yaml', '--simulate', '--display', 'json'];
		expect((await runCli(args, {cwd: folder})).code).toBe(0);
		writeFileSync(`${folder}/spec.yaml`, spec('{n: one}, {n: three}, {n: four}'));
		const {code, stdout, stderr} = await runCli([...args, '--reinit-meta'], {cwd: folder});
		expect(code, stderr).toBe(0);
		// `four`, and what is said of `three` and `four`, which are 1 and 2 now.
		expect(reportOf(stdout).session.requests).toBe(3);
		const results = resultsOf(folder);
		expect(results).toHaveLength(6);
		for (const {input} of results.slice(3)) {
			const about = results[Number((input as {'input-id': string})['input-id'])]!;
			expect(input).toMatchObject({'input-prompt': about.prompt, 'input-response': about.text});
		}
	});

	it('are not held to the schema of the spec', async () => {
		const schema =
			'schema: {type: object, properties: {a: {type: string}}, required: [a], additionalProperties: false}\n';
		const spec = specOf(3, schema + judge.replaceAll(/max_tokens: \d/g, 'seed: 1'));
		const folder = folderWith({'spec.yaml': spec.replace('max_tokens: 8', 'max_tokens: 80'), ...templates});
		const {code, stderr} = await runCli(['spec.yaml', '--simulate=latency=1ms'], {cwd: folder});
		expect(code, stderr).toBe(0);
		const rows = resultsOf(folder);
		expect(rows.slice(0, 3).every(({parsed}) => parsed !== null && parsed !== undefined)).toBe(true);
		expect(rows.slice(3).filter(row => 'parsed' in row || row.warnings.length > 0)).toEqual([]);
	});

	it('go on where they were after kills, and nothing is asked twice', async () => {
		const simulator = await simulated('latency=25ms');
		const folder = folderWith({'spec.yaml': specOf(10, judge), ...templates});
		const args = ['spec.yaml', '--base-url', simulator.url, '--concurrency', '2'];
		for (const calls of [4, 17, 30]) {
			const session = startCli(args, {cwd: folder, env});
			await until(() => simulator.calls.length >= calls, `${calls} calls`);
			session.kill('SIGKILL');
			await session.ended;
		}

		expect((await runCli(args, {cwd: folder, env})).code).toBe(0);
		expect(resultsOf(folder)).toHaveLength(50);
		const answered = journalOf(folder).flatMap(event =>
			event.type === 'attempt-answered' ? [event.index] : [],
		);
		expect(answered).toHaveLength(50);
		expect(new Set(answered).size).toBe(50);
		const added = journalOf(folder).flatMap(event => (event.type === 'request-added' ? [event.id] : []));
		expect(new Set(added).size).toBe(added.length);
		// At most what was out at each kill went twice.
		expect(simulator.calls.length).toBeLessThanOrEqual(56);
	});

	it('stop at a ceiling of their own, and go on under a higher one', async () => {
		const simulator = await simulated('latency=1ms');
		const limited = `${judge}  limits: {requests: 15}\n`;
		const folder = folderWith({'spec.yaml': specOf(6, limited), ...templates});
		const args = ['spec.yaml', '--base-url', simulator.url];
		const {code, stdout} = await runCli(args, {cwd: folder, env});
		expect(code).toBe(3);
		expect(stdout).toContain('judge.requests');
		expect(simulator.calls).toHaveLength(21);
		writeFileSync(`${folder}/spec.yaml`, specOf(6, judge));
		expect((await runCli(args, {cwd: folder, env})).code).toBe(0);
		expect(simulator.calls).toHaveLength(30);
	});

	it('are named by `check`, whose figures leave them out', async () => {
		const keys = 'judge:\n  judges: [gpt-4o, gpt-4.1]\n  templates: [strict.txt]\n';
		const folder = folderWith({'spec.yaml': specOf(2, keys), ...templates});
		const {code, stdout} = await runCli(['check', 'spec.yaml'], {cwd: folder, env});
		expect(code).toBe(0);
		expect(stdout).toContain('of judges as well, 2 requests for each answer: no figure here counts that');
	});

	it('retry within that ceiling too', async () => {
		const simulator = await simulated('latency=1ms,500=40%');
		const limited = `${judge}  limits: {requests: 15}\n`;
		const folder = folderWith({'spec.yaml': specOf(6, limited), ...templates});
		const args = ['spec.yaml', '--base-url', simulator.url, '--set', 'retry.initial_s=0.01'];
		const {code, stderr} = await runCli(args, {cwd: folder, env});
		expect(code, stderr).toBe(3);
		const judged = simulator.calls.filter(({body}) => JSON.stringify(body).includes('"Be '));
		expect(judged.length).toBeGreaterThan(8);
		expect(judged.length).toBeLessThanOrEqual(15);
	});

	it.each([
		['judges: {a: {model: nobody-1, params: {max_tokens: 5}}}', 'nobody knows the price of openai/nobody-1'],
		['judges: {a: {provider: ollama, model: m}}', 'nobody knows the price of ollama/m'],
	])('need what a ceiling of theirs needs: %s', async (judges, why) => {
		const limited = `judge:\n  ${judges}\n  templates: [strict.txt]\n  limits: {cost: 1}\n`;
		const folder = folderWith({'spec.yaml': specOf(2, limited), ...templates});
		const {code, stderr} = await runCli(['spec.yaml', '--simulate'], {cwd: folder, env});
		expect([code, stderr]).toEqual([
			2,
			expect.stringContaining(`\`judge.limits.cost\` cannot be kept, as ${why}`),
		]);
	});

	it.each([
		[
			'  judges: {a: {provider: openia, model: m}}\n  templates: [strict.txt]',
			'there is no provider `openia`; the nearest is `openai`',
		],
		['  judges: [m]\n  templates: [none.txt]', 'none.txt'],
		['  judges: [m]\n  templates: [Is it good?]', 'shows the judge no answer'],
		['  judges: {a: {model: m, modle: x}}\n  templates: [strict.txt]', '`modle`'],
	])('refuses %j with its place', async (keys, message) => {
		const folder = folderWith({'spec.yaml': specOf(2, `judge:\n${keys}\n`), ...templates});
		const {code, stderr} = await runCli(['check', 'spec.yaml'], {cwd: folder, env});
		expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
		expect(stderr).toMatch(/spec\.yaml:\d+:\d+/);
	});
});
