import {readFileSync, rmSync, truncateSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {runCli} from './cli-process.ts';
import {
	damageLine,
	doctor,
	expectHealthy,
	expectResumes,
	expectVerified,
	fileOf,
	stoppedRun,
} from './doctor-fixture.ts';
import {ledgerSpec, runAgainst} from './ledger-run.ts';
import {type Answer, ledgerServer} from './ledger-server.ts';
import {folderWith, resultsOf} from './run-folder.ts';

const good: Answer = {input: 20, output: 5};

describe('the result files', () => {
	test.each(['deleted', 'cut', 'edited'])('%s after the end: written anew, no call', async how => {
		const folder = await stoppedRun();
		await expectResumes(folder);
		const rows = resultsOf(folder);
		const file = fileOf(folder, 'results.jsonl');
		if (how === 'deleted') {
			rmSync(file);
		} else if (how === 'cut') {
			truncateSync(file, 1000);
		} else {
			writeFileSync(file, readFileSync(file, 'utf8').replace('"attempts":1', '"attempts":7'));
		}

		const {code, mended} = await doctor(folder);
		expect(code).toBe(0);
		expect(mended).toEqual([expect.stringContaining('results.jsonl: ')]);
		expect(resultsOf(folder)).toEqual(rows);
		await expectHealthy(folder);
	});
});

describe('inputs/', () => {
	const files = {
		'spec.yaml':
			'model: gpt-4o-mini\nprompts: {file: p.md}\nparams: {max_tokens: 8}\nmode: direct\nargs: {file: rows.csv}\n',
		'p.md': 'Say {{n}}',
		'rows.csv': `n\n${Array.from({length: 20}, (_, index) => index).join('\n')}\n`,
	};

	const cases: readonly (readonly [name: string, how: string])[] = [
		...['spec.yaml', 'manifest.json', 'p.md', 'rows.csv', 'rows.lines.jsonl', 'rows.index'].flatMap(name => [
			[name, 'deleted'] as const,
			[name, 'cut'] as const,
		]),
		['rows.lines.jsonl', 'edited'],
	];

	test.each(cases)('%s %s: made anew from the spec, or from the copies', async (name, how) => {
		const folder = await stoppedRun(files);
		const file = fileOf(folder, `inputs/${name}`);
		const before = readFileSync(file, 'utf8');
		if (how === 'deleted') {
			rmSync(file);
		} else {
			writeFileSync(file, how === 'cut' ? before.slice(0, 5) : before.replace('"7"', '"8"'));
		}

		const {code, mended, lost} = await doctor(folder);
		expect({code, lost}).toEqual({code: 0, lost: []});
		expect(mended).toEqual([expect.stringContaining(`inputs/${name} was `)]);
		if (name !== 'manifest.json') {
			expect(readFileSync(file, 'utf8')).toBe(before);
		}

		await expectHealthy(folder);
	});

	test('that cannot be made anew are named, and made anew once the spec is named', async () => {
		const folder = await stoppedRun(files);
		rmSync(fileOf(folder, 'inputs/p.md'));
		const spec = path.join(folder, 'p.md');
		const text = readFileSync(spec, 'utf8');
		writeFileSync(spec, 'Say something else than {{n}}');
		const {code, lost} = await doctor(folder);
		expect(code).toBe(1);
		expect(lost).toEqual([expect.stringContaining('requests cannot be made')]);
		writeFileSync(spec, text);
		expect((await doctor(folder, 'spec.promptbatch')).code).toBe(0);
		await expectResumes(folder);
	});
});

describe('a batch', () => {
	const requests = 24;
	const spec = ledgerSpec(requests, 'params: {max_tokens: 20}\nmode: batch\nbatch: {poll_s: 0.1}');

	async function killedAt(step: string) {
		const server = await ledgerServer({answer: () => good});
		const folder = folderWith({'spec.yaml': spec});
		const killed = await runAgainst(server, folder, [], {PROMPTBATCH_FAILPOINT: step});
		expect(killed.signal, killed.stderr).toBe('SIGKILL');
		return {server, folder};
	}

	async function expectOnce({server, folder}: Awaited<ReturnType<typeof killedAt>>): Promise<void> {
		const {code, stderr} = await runAgainst(server, folder);
		expect(code, stderr).toBe(0);
		expect(resultsOf(folder).map(({index}) => index)).toEqual([...Array(requests).keys()]);
		expect(server.billed).toHaveLength(requests);
		expect(server.batches.all).toHaveLength(1);
		await expectHealthy(folder);
		await expectVerified(folder);
	}

	test('whose file nobody knows of: it goes', async () => {
		const run = await killedAt('cut');
		const {code, mended} = await doctor(run.folder);
		expect(code).toBe(0);
		expect(mended).toContainEqual(expect.stringContaining('belonged to no batch'));
		await expectOnce(run);
	}, 60_000);

	test('whose file is damaged before it is submitted: its requests are queued again', async () => {
		const run = await killedAt('uploaded');
		truncateSync(fileOf(run.folder, 'batches/shard-0001.jsonl'), 700);
		const {code, mended} = await doctor(run.folder);
		expect(code).toBe(0);
		expect(mended).toContainEqual(expect.stringContaining('its 24 requests are queued again'));
		await expectOnce(run);
	}, 60_000);

	test('that is out, state.json deleted: it is not bought twice', async () => {
		const run = await killedAt('polling');
		rmSync(fileOf(run.folder, 'state.json'), {force: true});
		expect((await doctor(run.folder)).code).toBe(0);
		await expectOnce(run);
	}, 60_000);

	test('that is out, its line in the journal garbage: state.json still knows it', async () => {
		const run = await killedAt('polling');
		// Puts on record in state.json what the journal has by now.
		expect((await runCli(['spec.yaml', '--no-run', '--allow-http'], {cwd: run.folder})).code).toBe(0);
		damageLine(run.folder, line => line.includes('"shard-cut"'));
		const {code, mended} = await doctor(run.folder);
		expect(code).toBe(0);
		expect(mended).toContainEqual(expect.stringContaining('cannot be read'));
		rmSync(fileOf(run.folder, 'state.json'), {force: true});
		await expectOnce(run);
	}, 60_000);
});
