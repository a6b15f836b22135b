import {cpSync, existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {runCli} from './cli-process.ts';
import {filesBelow, folderWith, resultsOf, runOf} from './run-folder.ts';

const env = {OPENAI_API_KEY: 'sk-test-change'};

function csvSpec(params = '{max_tokens: 8}', rest = ''): string {
	return `model: gpt-4o-mini\nprompts: Say {{word}}\nargs: {file: words.csv}\nparams: ${params}\n${rest}`;
}

const words = ['one', 'two', 'three', 'four', 'five'];

function csv(rows: readonly string[]): string {
	return `word\n${rows.join('\n')}\n`;
}

async function finishedRun() {
	const simulator = await simulated();
	const folder = folderWith({'spec.yaml': csvSpec(), 'words.csv': csv(words)});
	const run = async (...more: readonly string[]) =>
		runCli(['spec.yaml', '--base-url', simulator.url, ...more], {cwd: folder, env});
	expect((await run()).code).toBe(0);
	return {folder, simulator, run};
}

describe('a change of what is asked', () => {
	it.each([
		['the spec', 'spec.yaml', csvSpec('{max_tokens: 9}'), /max_tokens|params/],
		['an input file', 'words.csv', csv([...words, 'six']), /words\.csv/],
	])(
		'of %s is refused with a short diff and both ways out, and changes nothing',
		async (_, name, text, diff) => {
			const {folder, simulator, run} = await finishedRun();
			writeFileSync(path.join(folder, name), text);
			const before = filesBelow(runOf(folder)).map(file => [file, readFileSync(file, 'utf8')]);
			const {code, stderr, stdout} = await run();
			expect({code, stdout}).toEqual({code: 2, stdout: ''});
			expect(stderr).toMatch(diff);
			expect(stderr).toContain('--reinit-meta');
			expect(stderr).toContain('--dir');
			expect(stderr.split('\n').length).toBeLessThan(12);
			expect(simulator.calls).toHaveLength(5);
			expect(filesBelow(runOf(folder)).map(file => [file, readFileSync(file, 'utf8')])).toEqual(before);
		},
	);
});

it('lets operational keys change', async () => {
	const {folder, simulator, run} = await finishedRun();
	writeFileSync(
		path.join(folder, 'spec.yaml'),
		csvSpec(undefined, 'rate: {rpm: 500}\nretry: {max_retries: 9}\n'),
	);
	expect((await run()).code).toBe(0);
	expect(simulator.calls).toHaveLength(5);
});

describe('--reinit-meta', () => {
	it('keeps the results of rows that are still there when one is inserted in the middle', async () => {
		const {folder, simulator, run} = await finishedRun();
		const before = resultsOf(folder);
		writeFileSync(path.join(folder, 'words.csv'), csv(words.toSpliced(2, 0, 'new')));
		expect((await run('--reinit-meta')).code).toBe(0);
		expect(simulator.calls).toHaveLength(6);
		const after = resultsOf(folder);
		expect(after.map(row => row.prompt)).toEqual(words.toSpliced(2, 0, 'new').map(word => `Say ${word}`));
		expect(after.map(row => row.index)).toEqual([0, 1, 2, 3, 4, 5]);
		const texts = (rows: typeof after) => new Map(rows.map(row => [row.prompt, [row.text, row.sent_at]]));
		for (const [prompt, answer] of texts(before)) {
			expect(texts(after).get(prompt)).toEqual(answer);
		}
	});

	it('leaves a removed row out of the results and in the journal', async () => {
		const {folder, simulator, run} = await finishedRun();
		const answer = resultsOf(folder)[1]!.text!;
		writeFileSync(path.join(folder, 'words.csv'), csv(words.toSpliced(1, 1)));
		expect((await run('--reinit-meta')).code).toBe(0);
		expect(simulator.calls).toHaveLength(5);
		expect(resultsOf(folder).map(row => row.prompt)).toEqual([
			'Say one',
			'Say three',
			'Say four',
			'Say five',
		]);
		const journal = readFileSync(path.join(runOf(folder), 'journal.jsonl'), 'utf8');
		expect(journal).toContain(JSON.stringify(answer));
	});

	it('applies changed params to requests without a result only', async () => {
		const {folder, simulator, run} = await finishedRun();
		writeFileSync(path.join(folder, 'spec.yaml'), csvSpec('{max_tokens: 4}'));
		writeFileSync(path.join(folder, 'words.csv'), csv([...words, 'six']));
		expect((await run('--reinit-meta')).code).toBe(0);
		expect(simulator.calls).toHaveLength(6);
		expect(resultsOf(folder).map(row => row.model_args)).toEqual([
			...Array(5).fill({max_tokens: 8}),
			{max_tokens: 4},
		]);
		// Accepted once: the same command goes on without the flag.
		expect((await run()).code).toBe(0);
		expect(simulator.calls).toHaveLength(6);
	});
});

it('refuses a simulated run without --simulate and a real one with it, and names --dir', async () => {
	const {folder, simulator, run} = await finishedRun();
	const simulatedStart = await runCli(['spec.yaml', '--simulate'], {cwd: folder});
	expect(simulatedStart.code).toBe(2);
	expect(simulatedStart.stderr).toContain('--dir');
	expect((await runCli(['spec.yaml', '--simulate', '--dir', 'rehearsal'], {cwd: folder})).code).toBe(0);
	const realStart = await run('--dir', 'rehearsal');
	expect(realStart.code).toBe(2);
	expect(realStart.stderr).toContain('rehearsal is a simulated run');
	expect(realStart.stderr).toContain('--dir');
	expect(simulator.calls).toHaveLength(5);
});

it('leaves a folder alone that holds something else', async () => {
	const folder = folderWith({
		'spec.yaml': csvSpec(),
		'words.csv': csv(words),
		'mine/thesis.txt': 'all of it',
	});
	const {code, stderr} = await runCli(['spec.yaml', '--simulate', '--dir', 'mine'], {cwd: folder});
	expect(code).toBe(2);
	expect(stderr).toContain('mine is not a run directory');
	expect(filesBelow(path.join(folder, 'mine'))).toEqual([path.join(folder, 'mine', 'thesis.txt')]);
});

it('refuses the run directory of another spec', async () => {
	const {folder, run} = await finishedRun();
	writeFileSync(path.join(folder, 'other.yaml'), 'model: gpt-4o-mini\nprompts: Something else\n');
	cpSync(runOf(folder), path.join(folder, 'other.promptbatch'), {recursive: true});
	const other = await runCli(['other.yaml', '--base-url', 'http://127.0.0.1:9/v1'], {cwd: folder, env});
	expect(other.code).toBe(2);
	expect(other.stderr).toContain('other.yaml is not the spec that other.promptbatch was made from');
	expect(existsSync(path.join(folder, 'other.promptbatch', 'lock'))).toBe(false);
	expect((await run()).code).toBe(0);
});
