import {rmSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {runCli} from './cli-process.ts';
import {damageLine, doctor, expectHealthy, expectVerified, fileOf} from './doctor-fixture.ts';
import {failuresOf, folderWith, reportOf, resultsOf, specOf} from './run-folder.ts';

const ids = Array.from({length: 8}, (_, n) => `n${n}`);

const task = {
	'spec.yaml': 'model: gpt-4o-mini\ntask: ./task.mjs\nparams: {max_tokens: 8}\nmode: direct\n',
	'task.mjs': `import {defineTask} from 'promptbatch-tui/task';
export default defineTask({
	*requests() { for (let n = 0; n < 8; n++) yield {id: 'n' + n, prompt: 'Say ' + n, input: {n}}; },
	accept(answer, {input}) { return {value: input.n}; },
});
`,
};

async function resume(folder: string) {
	const end = await runCli(['spec.yaml', '--simulate=seed=1', '--display', 'json'], {cwd: folder});
	return {...end, report: reportOf(end.stdout)};
}

/** Held after 5 of 8. */
async function stoppedTask(): Promise<string> {
	const folder = folderWith(task);
	const {code, stderr} = await runCli(['spec.yaml', '--simulate=auth_after=5', '--concurrency', '1'], {
		cwd: folder,
	});
	expect(code, stderr).toBe(3);
	return folder;
}

describe.each([true, false])('a line that holds an added request, state.json there: %s', hasState => {
	test('garbage: it is named and asked anew under its id, those behind it keep their results', async () => {
		const folder = await stoppedTask();
		const number = damageLine(
			folder,
			line => line.startsWith('{"type":"request-added"') && line.includes('"n1"'),
		);
		if (!hasState) {
			rmSync(fileOf(folder, 'state.json'));
		}

		const {code, lost} = await doctor(folder);
		expect(code).toBe(1);
		expect(lost.join('\n')).toContain(`line ${number} `);
		expect(lost.join('\n')).toContain('request lost-1');
		await expectHealthy(folder);
		const end = await resume(folder);
		expect(end.code, end.stderr + end.stdout).toBe(1);
		// Three that were open, and the one that nobody knew any more.
		expect(end.report.session.requests).toBe(4);
		expect(
			resultsOf(folder)
				.map(({id}) => id)
				.sort(),
		).toEqual(ids);
		expect(failuresOf(folder)).toMatchObject([{id: 'lost-1', error: {kind: 'missing'}}]);
		await expectHealthy(folder);
		await expectVerified(folder);
	}, 60_000);
});

test('an answer that was judged: asked and judged again', async () => {
	const folder = await stoppedTask();
	damageLine(folder, line => line.startsWith('{"answered":2,'));
	const {code, lost} = await doctor(folder);
	expect(code).toBe(1);
	expect(lost.join('\n')).toContain('request n2 will be sent again');
	const end = await resume(folder);
	expect(end.code, end.stderr + end.stdout).toBe(0);
	expect(end.report.session.requests).toBe(4);
	expect(resultsOf(folder).map(({id, value}) => [id, value])).toEqual(ids.map((id, n) => [id, n]));
	await expectHealthy(folder);
	await expectVerified(folder);
}, 60_000);

test.each([true, false])(
	'one answer of a pack, state.json there: %s',
	async hasState => {
		const folder = folderWith({'spec.yaml': specOf(20, 'pack: {items: 5, audit: 0%}')});
		expect((await resume(folder)).code).toBe(0);
		damageLine(folder, line => line.startsWith('{"answered":'));
		if (!hasState) {
			rmSync(fileOf(folder, 'state.json'));
		}

		expect((await doctor(folder)).code).toBe(1);
		await expectHealthy(folder);
		const end = await resume(folder);
		expect(end.code, end.stderr + end.stdout).toBe(0);
		expect(end.report.session.requests).toBe(1);
		expect(resultsOf(folder).map(({index}) => index)).toEqual([...Array(20).keys()]);
		await expectHealthy(folder);
		await expectVerified(folder);
	},
	60_000,
);
