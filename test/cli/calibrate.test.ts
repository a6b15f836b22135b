import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {runCli} from './cli-process.ts';
import {folderWith, resultsOf} from './run-folder.ts';

const env = {OPENAI_API_KEY: 'sk-test-calibrate'};
const rows = Array.from({length: 300}, (_, index) => `{"n":"${index}"}`).join('\n');
const spec = `# What is said of numbers.
model: gpt-4o-mini   # cheap
prompts: Describe the number {{n}} at length
params: {max_tokens: 2000, temperature: 0}   # too much
args: {file: rows.jsonl}
mode: direct
`;

it('proposes from 10 and then 100 answers, writes with --yes, and the answers stay', async () => {
	const simulator = await simulated('latency=1ms');
	const folder = folderWith({'spec.yaml': spec, 'rows.jsonl': rows});
	const file = path.join(folder, 'spec.yaml');
	const args = ['spec.yaml', '--base-url', simulator.url];
	const asked = await runCli(['calibrate', ...args], {cwd: folder, env});
	expect(asked.code, asked.stderr).toBe(0);
	expect(asked.stdout).toContain('--yes writes it');
	expect(readFileSync(file, 'utf8')).toBe(spec);
	expect(simulator.calls).toHaveLength(110);

	const written = await runCli(['calibrate', ...args, '--yes'], {cwd: folder, env});
	expect(written.code, written.stderr + written.stdout).toBe(0);
	expect(simulator.calls).toHaveLength(220);
	const text = readFileSync(file, 'utf8');
	const [, maxTokens, ratio] =
		/^params: \{max_tokens: (\d+), temperature: 0\} +# too much$[\s\S]*^completion_ratio: (0\.\d+|1)$/m.exec(
			text,
		) ?? [];
	expect(text).toMatch(/^# What is said of numbers\.\nmodel: gpt-4o-mini +# cheap$/m);
	expect(Number(maxTokens)).toBeLessThan(2000);
	expect(Number(ratio)).toBeGreaterThan(0);

	const rest = await runCli(args, {cwd: folder, env});
	expect(rest.code, rest.stderr).toBe(0);
	expect(simulator.calls).toHaveLength(300);
	const results = resultsOf(folder);
	expect(results.map(({index}) => index)).toEqual([...Array(300).keys()]);
	const allowed = results.map(row => row.model_args.max_tokens);
	expect(allowed.filter(value => value === 2000)).toHaveLength(220);
	expect(allowed.filter(value => value === Number(maxTokens))).toHaveLength(80);
	const longest = Math.max(
		...results.map(({usage}) => (usage as {completion_tokens: number}).completion_tokens),
	);
	expect(Number(maxTokens)).toBeGreaterThanOrEqual(longest * 0.8);
	const over = await runCli(['calibrate', ...args], {cwd: folder, env});
	expect([over.code, over.stderr]).toEqual([2, expect.stringContaining('Every request was sent already')]);
});

it('stops where more fail than not', async () => {
	const folder = folderWith({'spec.yaml': spec, 'rows.jsonl': rows});
	const {code, stdout} = await runCli(['calibrate', 'spec.yaml', '--simulate=latency=1ms,refusal=100%'], {
		cwd: folder,
	});
	expect(code).toBe(3);
	expect(stdout).toContain('More failed than not');
	expect(readFileSync(path.join(folder, 'spec.yaml'), 'utf8')).toBe(spec);
});

it('never writes into a file of rows', async () => {
	const row = '{"prompt": "Hi", "api": "openai", "model_name": "gpt-4o-mini"}\n';
	const folder = folderWith({'rows.jsonl': row});
	const args = ['calibrate', 'rows.jsonl', '--simulate=latency=1ms', '--yes'];
	const {code, stderr} = await runCli(args, {cwd: folder});
	expect([code, stderr]).toEqual([
		2,
		expect.stringContaining('rows.jsonl is no spec that could be written to.'),
	]);
	expect(readdirSync(folder)).toEqual(['rows.jsonl']);
	expect(readFileSync(path.join(folder, 'rows.jsonl'), 'utf8')).toBe(row);
	const piped = await runCli(['calibrate', '-', '--simulate'], {cwd: folder});
	expect([piped.code, piped.stderr]).toEqual([2, expect.stringContaining('stdin is no spec')]);
});
