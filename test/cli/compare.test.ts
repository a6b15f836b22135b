import {readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {inputLine, outputLine} from './batch-output.ts';
import {runCli} from './cli-process.ts';
import {folderWith, jsonLines, specOf} from './run-folder.ts';

type Said = readonly (readonly [prompt: string, ...answers: readonly (string | null)[]])[];

const models = ['gpt-4o', 'gpt-4o-mini', 'gpt-4.1-mini'];

/** A run over so many models whose answers are these; null has none. */
async function ranWith(said: Said): Promise<string> {
	const asked = said.flatMap(([prompt, ...answers]) =>
		answers.map((text, place) => ({prompt, text, model: models[place]!})),
	);
	const folder = folderWith({
		'in.jsonl': asked.map(({prompt, model}, id) => inputLine(`r${id}`, prompt, model)).join(''),
		'out.jsonl': asked.map(({text}, id) => (text === null ? '' : outputLine(`r${id}`, text))).join(''),
	});
	const args = [
		'in.jsonl',
		'--dir',
		'run',
		'--simulate',
		'--no-run',
		'--display',
		'none',
		'--adopt',
		'out.jsonl',
	];
	expect((await runCli(args, {cwd: folder})).code).toBe(0);
	return folder;
}

const keys = models.map(model => `openai/${model}`);

describe('export --compare', () => {
	it('puts the answers of a prompt side by side, and says how often each pair agrees', async () => {
		const folder = await ranWith([
			['Is 2 even?', 'yes', 'yes\n', 'no'],
			['Is 3 even?', 'no', 'no', null],
			['Is 4 even?', 'yes', 'no', 'yes'],
		]);
		const {code, stdout, stderr} = await runCli(['export', 'run', '--compare'], {cwd: folder});
		expect(code).toBe(0);
		const lines = jsonLines(stdout);
		expect(
			lines.slice(0, -1).map(({messages, answers, ids, agree}) => [messages, answers, ids, agree]),
		).toEqual([
			[
				[{role: 'user', content: 'Is 2 even?'}],
				{[keys[0]!]: 'yes', [keys[1]!]: 'yes', [keys[2]!]: 'no'},
				{[keys[0]!]: 'r0', [keys[1]!]: 'r1', [keys[2]!]: 'r2'},
				false,
			],
			[expect.anything(), {[keys[0]!]: 'no', [keys[1]!]: 'no', [keys[2]!]: null}, expect.anything(), true],
			[expect.anything(), {[keys[0]!]: 'yes', [keys[1]!]: 'no', [keys[2]!]: 'yes'}, expect.anything(), false],
		]);
		expect(lines.at(-1)).toEqual({
			agreement: [
				{
					models: [keys[0], keys[1]],
					prompts: 3,
					share: 0.666667,
					low: expect.closeTo(0.2077, 3),
					high: expect.closeTo(0.9385, 3),
				},
				{
					models: [keys[0], keys[2]],
					prompts: 2,
					share: 0.5,
					low: expect.any(Number),
					high: expect.any(Number),
				},
				{models: [keys[1], keys[2]], prompts: 2, share: 0, low: 0, high: expect.any(Number)},
			],
		});
		expect(stderr).toContain(
			'openai/gpt-4o and openai/gpt-4o-mini say the same to 66.7% (20.8-93.9) of 3 prompts\n',
		);

		const csv = await runCli(['export', 'run', '--compare', '--format', 'csv', '--output', 'c.csv'], {
			cwd: folder,
		});
		expect(csv.stdout).toBe('');
		expect(readFileSync(path.join(folder, 'c.csv'), 'utf8').split('\n').slice(0, 2)).toEqual([
			`prompt,input,choice_index,${keys.join(',')},agree`,
			expect.stringMatching(/,\{\},0,yes,yes,no,false$/),
		]);
		const table = await runCli(['export', 'run', '--compare', '--format', 'table'], {cwd: folder});
		expect(
			table.stdout.split('\n').map(line =>
				line
					.trim()
					.split(/\s{2,}/)
					.slice(1),
			),
		).toEqual([
			keys.map(key => expect.stringContaining(key.slice(0, 10))),
			['yes', 'yes', 'no'],
			['no', 'no', '-'],
			['yes', 'no', 'yes'],
			[],
		]);
	});

	it('compares one value of a JSON answer, whatever stands beside it', async () => {
		const folder = await ranWith([
			['a', '{"mood": "good", "why": "x"}', '{"why": "y", "mood": "good"}'],
			['b', '{"mood": "bad"}', 'no JSON'],
		]);
		const {stdout} = await runCli(['export', 'run', '--compare=mood'], {cwd: folder});
		expect(jsonLines(stdout).map(({answers, agree}) => [answers, agree])).toEqual([
			[{[keys[0]!]: 'good', [keys[1]!]: 'good'}, true],
			[{[keys[0]!]: 'bad', [keys[1]!]: null}, null],
			[undefined, undefined],
		]);
	});

	it('lets params and choices meet in their order', async () => {
		const folder = folderWith({
			'spec.yaml':
				'model: [gpt-4o, gpt-4o-mini]\nprompts: [Hi, Ho]\nmode: direct\nparams: [{n: 2, seed: 1}, {n: 1, seed: 2}]\n',
		});
		expect((await runCli(['spec.yaml', '--simulate', '--display', 'none'], {cwd: folder})).code).toBe(0);
		const lines = jsonLines((await runCli(['export', 'spec.yaml', '--compare'], {cwd: folder})).stdout);
		expect(
			lines
				.slice(0, -1)
				.map(({prompt, choice_index: choice, ids}) => [prompt, choice, Object.values(ids as object)]),
		).toEqual([
			['Hi', 0, ['0', '2']],
			['Hi', 1, ['0', '2']],
			['Hi', 0, ['1', '3']],
			['Ho', 0, ['4', '6']],
			['Ho', 1, ['4', '6']],
			['Ho', 0, ['5', '7']],
		]);
	});

	it.each([
		[['--compare'], 'Only openai/gpt-4o-mini has answered so far.'],
		[['--compare=a[*]'], '“a[*]” is not a path'],
		[['--compare', '--failed'], '--compare and --failed contradict each other'],
		[['--format', 'table'], '--format: “table” is not a format.'],
	] as const)('refuses %s', async (flags, message) => {
		const folder = folderWith({'spec.yaml': specOf(1)});
		await runCli(['spec.yaml', '--simulate', '--display', 'none'], {cwd: folder});
		const {code, stdout, stderr} = await runCli(['export', 'spec.yaml', ...flags], {cwd: folder});
		expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)]);
	});
});
