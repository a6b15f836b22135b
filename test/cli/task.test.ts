import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {runCli, startCli} from './cli-process.ts';
import {failuresOf, folderWith, journalOf, jsonLines, reportOf, resultsOf, runOf} from './run-folder.ts';

const env = {OPENAI_API_KEY: 'sk-test-task'};
const spec = 'model: gpt-4o-mini\ntask: ./task.mjs\nparams: {max_tokens: 8}\nretry: {initial_s: 0.02}\n';

function moduleOf(body: string): string {
	return `import {defineTask} from 'promptbatch-tui/task';\nexport default defineTask({\n${body}\n});\n`;
}

const eight =
	"*requests() { for (let n = 0; n < 8; n++) yield {id: 'n' + n, prompt: 'Say ' + n, input: {n}}; },";

describe('a task', () => {
	it('makes requests, judges their answers and follows them up', async () => {
		const folder = folderWith({
			'spec.yaml': spec,
			'task.mjs': moduleOf(`${eight}
				accept(answer, {input, attempts, parent}) {
					if (input.n === 1 && attempts === 1) return {retry: 'once more'};
					if (input.n === 2) return {fail: 'no two'};
					if (input.n === 3) return {value: 'three', followUps: [{id: 'more', prompt: 'More', input: {n: 99}}]};
					return {value: {n: input.n, parent, length: answer.text.length}};
				},`),
		});
		const simulator = await simulated();
		const args = ['spec.yaml', '--base-url', simulator.url, '--display', 'json'];
		const {code, stdout} = await runCli(args, {cwd: folder, env});
		expect(code).toBe(1);
		expect(reportOf(stdout)).toMatchObject({
			requests: {total: 9, done: 8, failed: 1, pending: 0},
			failures: {task: 1},
			attempts: 10,
			retries: 1,
		});
		const rows = resultsOf(folder);
		expect(rows.map(({id}) => id)).toEqual(['n0', 'n1', 'n3', 'n4', 'n5', 'n6', 'n7', 'more']);
		expect(rows[1]).toMatchObject({attempts: 2, value: {n: 1}});
		expect(rows[2]!.value).toBe('three');
		expect(rows.at(-1)).toMatchObject({id: 'more', prompt: 'More', value: {n: 99, parent: 'n3'}});
		const [failure] = failuresOf(folder);
		expect(failure).toMatchObject({id: 'n2', error: {kind: 'task', message: 'no two'}});
		expect(failure!.history).toMatchObject([{kind: 'task', message: 'no two', maybe_billed: false}]);
		expect(failure!.history[0]!.cost_usd).toBeGreaterThan(0);
		expect(simulator.calls).toHaveLength(10);

		const again = await runCli(args, {cwd: folder, env});
		expect(again.code).toBe(1);
		expect(simulator.calls).toHaveLength(10);
		const exported = await runCli(['export', 'spec.yaml'], {cwd: folder, env});
		expect(exported.stdout).toBe(readFileSync(path.join(runOf(folder), 'results.jsonl'), 'utf8'));
	});

	it('whose code throws pauses the run with file and line; what was paid for is judged when it goes on', async () => {
		const folder = folderWith({
			'spec.yaml': spec,
			'task.mjs': moduleOf(`${eight}
				accept(answer, {input}) {
					if (input.n === 3) throw new Error('no idea');
					return {value: input.n};
				},`),
		});
		const simulator = await simulated('latency=30ms');
		const args = ['spec.yaml', '--base-url', simulator.url, '--display', 'json'];
		const {code, stdout} = await runCli(args, {cwd: folder, env});
		expect(code).toBe(3);
		const reason = 'task.mjs:5: no idea, in accept() for request n3';
		expect(jsonLines(stdout)).toContainEqual(expect.objectContaining({event: 'paused', by: 'task', reason}));
		expect(reportOf(stdout).requests).toMatchObject({failed: 0});
		expect(simulator.calls).toHaveLength(8);
		const answered = journalOf(folder).filter(({type}) => type === 'attempt-answered');
		expect(answered).toHaveLength(8);

		const file = path.join(folder, 'task.mjs');
		writeFileSync(
			file,
			readFileSync(file, 'utf8').replace("throw new Error('no idea')", "return {value: 'three'}"),
		);
		const mended = await runCli(args, {cwd: folder, env});
		expect(mended.code).toBe(0);
		expect(simulator.calls).toHaveLength(8);
		expect(resultsOf(folder).map(({value}) => value)).toEqual([0, 1, 2, 'three', 4, 5, 6, 7]);
	});

	it('whose requests depend on answers goes on where it was', async () => {
		const folder = folderWith({
			'spec.yaml': spec,
			'task.mjs': moduleOf(`
				async *requests(run) {
					yield {id: 'first', prompt: 'First'};
					const first = await run.outcome('first');
					console.log('first is', first.value);
					yield {id: 'second', prompt: 'After ' + first.value};
					const second = await run.outcome('second');
					if (!process.env.MENDED) throw new Error('not yet');
					yield {id: 'third', prompt: second.status};
				},
				accept: (answer, {id}) => ({value: 'v-' + id}),`),
		});
		const simulator = await simulated();
		const args = ['spec.yaml', '--base-url', simulator.url, '--display', 'json'];
		const {code, stdout} = await runCli(args, {cwd: folder, env});
		expect(code).toBe(3);
		expect(stdout).toContain('task.mjs:10: not yet, in requests()');
		expect(stdout.split('\n').every(line => line === '' || line.startsWith('{'))).toBe(true);
		const mended = await runCli(args, {cwd: folder, env: {...env, MENDED: '1'}});
		expect(mended.code).toBe(0);
		expect(resultsOf(folder).map(({prompt}) => prompt)).toEqual(['First', 'After v-first', 'done']);
		expect(simulator.calls).toHaveLength(3);
	});

	it('goes by batch when it asks for many at once', async () => {
		const folder = folderWith({
			'spec.yaml': `${spec}mode: batch\nbatch: {poll_s: 0.1}\n`,
			'task.mjs': moduleOf(`
				*requests() { for (let n = 0; n < 300; n++) yield {id: n, prompt: 'Say ' + n}; },
				accept: (answer, {id}) => ({value: id}),`),
		});
		const {code, stdout} = await runCli(['spec.yaml', '--simulate=batch=0.3s,shuffle', '--display', 'json'], {
			cwd: folder,
			env,
		});
		expect(code).toBe(0);
		expect(reportOf(stdout).mode).toEqual({direct: 0, batch: 300});
		expect(resultsOf(folder).map(({value}) => value)).toEqual(Array.from({length: 300}, (_, n) => String(n)));
		expect(jsonLines(stdout).filter(({event}) => event === 'batch-submitted')).toHaveLength(1);
	});
});

it('what comes in during a wipe, without its code, waits to be judged', async () => {
	const folder = folderWith({
		'spec.yaml': `${spec}mode: batch\nbatch: {poll_s: 0.1}\n`,
		'task.mjs': moduleOf(`
			*requests() { for (let n = 0; n < 20; n++) yield {id: n, prompt: 'Say ' + n}; },
			accept: (answer, {id}) => ({value: id}),`),
	});
	const flags = ['--simulate=batch=3s', '--display', 'json'];
	const child = startCli(['spec.yaml', ...flags], {cwd: folder, env});
	await child.says('"event":"batch-submitted"');
	child.kill('SIGKILL');
	await child.ended;
	const wiped = await runCli(['wipe', 'spec.yaml', '--requests', '--yes', '--simulate=batch=3s'], {
		cwd: folder,
		env,
	});
	expect(wiped.code, wiped.stderr).toBe(0);
	expect(journalOf(folder).every(event => event.type !== 'attempt-answered' || event.unjudged)).toBe(true);
	const {code} = await runCli(['spec.yaml', '--simulate=batch=0.2s', '--display', 'json'], {
		cwd: folder,
		env,
	});
	expect(code).toBe(0);
	expect(resultsOf(folder).map(({value}) => value)).toEqual(Array.from({length: 20}, (_, n) => String(n)));
});

describe('bad input', () => {
	const cases: readonly (readonly [string, string, string | null, readonly string[]])[] = [
		['no such module', spec, null, ['spec.yaml:2:7: task.mjs does not exist.']],
		[
			'a module that throws',
			spec,
			"\nthrow new Error('ouch');",
			['task.mjs cannot be loaded: ouch (task.mjs:2)'],
		],
		['a module that is no code', spec, 'export const = 3;', ['task.mjs cannot be loaded:']],
		['no requests()', spec, 'export const accept = () => {};', ['exports no function `requests`']],
		['no accept()', spec, 'export default {requests() {}};', ['exports no function `accept`']],
		['prompts beside it', `${spec}prompts: Hi\n`, '', ['spec.yaml:5:1', '`prompts` and `task` both']],
		['opinions beside it', `${spec}opinions: {min: 3}\n`, '', ['`opinions` does not go with `task`']],
	];
	it.each(cases)('%s is one sentence and exit 2', async (_, yaml, code, says) => {
		const folder = folderWith({'spec.yaml': yaml, ...(code === null ? null : {'task.mjs': code})});
		for (const args of [
			['spec.yaml', '--simulate', '--display', 'plain'],
			['check', 'spec.yaml'],
		]) {
			const end = await runCli(args, {cwd: folder, env});
			expect(end.code, end.stderr).toBe(2);
			for (const words of says) {
				expect(end.stderr).toContain(words);
			}

			expect(end.stderr).not.toContain('    at ');
		}
	});

	it('of the task itself stops the run, and says what is wrong', async () => {
		const code =
			"export const requests = () => [{id: 'a', promt: 'x'}];\nexport const accept = () => ({value: 1});\n";
		const folder = folderWith({'spec.yaml': spec, 'task.mjs': code});
		const args = ['spec.yaml', '--simulate', '--display', 'plain'];
		const {code: exit, stdout} = await runCli(args, {cwd: folder, env});
		expect(exit).toBe(3);
		expect(stdout).toContain('a: `promt` is not a key of a request; did you mean `prompt`?');
	});
});
