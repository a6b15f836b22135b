import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {cpSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import path from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {cliEnvironment, cliFile, runCli} from './cli-process.ts';
import {folderWith, jsonLines, reportOf} from './run-folder.ts';

type Row = {readonly [key: string]: unknown};

const jsonl = (rows: readonly Row[]) => rows.map(row => `${JSON.stringify(row)}\n`).join('');
const rowsOf = (count: number, more: Row = {}) =>
	Array.from({length: count}, (_, n) => ({
		id: `row ${n}`,
		api: 'openai',
		model_name: 'gpt-4o-mini',
		prompt: `Say ${n}`,
		parameters: {max_tokens: 5},
		...more,
	}));

/** Runs the program with a text coming in through stdin. */
async function piped(text: string, args: readonly string[], cwd: string) {
	const child = spawn(process.execPath, [cliFile, ...args], {cwd, env: cliEnvironment()});
	let [stdout, stderr] = ['', ''];
	child.stdout.on('data', data => {
		stdout += data;
	});
	child.stderr.on('data', data => {
		stderr += data;
	});
	// A process that never reads it closes it in our face.
	child.stdin.on('error', () => {});
	child.stdin.end(text);
	const [code] = await once(child, 'close');
	return {code, stdout, stderr};
}

const simulated = ['--simulate=latency=1ms', '--display', 'json'];

async function exported(folder: string, target: string): Promise<readonly Row[]> {
	const {stdout} = await runCli(['export', target], {cwd: folder});
	return jsonLines(stdout);
}

describe('an input file in the place of a spec', () => {
	test('runs, resumes, is checked and exported', async () => {
		const folder = folderWith({'trial.jsonl': jsonl(rowsOf(5, {expected_response: 'x'}))});
		const check = await runCli(['check', 'trial.jsonl'], {cwd: folder});
		expect(check.stdout).toContain('requests   5: rows of trial.jsonl');
		const first = await runCli(['trial.jsonl', ...simulated], {cwd: folder});
		expect(first.code).toBe(0);
		expect(reportOf(first.stdout).requests).toMatchObject({total: 5, done: 5});
		const again = await runCli(['trial.jsonl', ...simulated], {cwd: folder});
		expect(reportOf(again.stdout).session).toMatchObject({requests: 0});
		const results = await exported(folder, 'trial.jsonl');
		expect(results.map(({id}) => id)).toEqual(rowsOf(5).map(({id}) => id));
		expect(results[0]).toMatchObject({prompt: 'Say 0', input: {expected_response: 'x'}, provider: 'openai'});
		const status = await runCli(['status', 'trial.promptbatch', '--json'], {cwd: folder});
		expect(jsonLines(status.stdout)[0]).toMatchObject({requests: {done: 5}});
		const dry = await runCli(['trial.jsonl', '--simulate', '--dry-run', '--json'], {cwd: folder});
		expect(jsonLines(dry.stdout)[0]).toMatchObject({event: 'plan', first: []});
	});

	test('changed, it is refused with the rows; --reinit-meta keeps what is still there', async () => {
		const folder = folderWith({'trial.jsonl': jsonl(rowsOf(4))});
		await runCli(['trial.jsonl', ...simulated], {cwd: folder});
		const nameless = {id: undefined, prompt: 'More'};
		const changed = [...rowsOf(6).slice(2).reverse(), {...rowsOf(1)[0], ...nameless}];
		writeFileSync(path.join(folder, 'trial.jsonl'), jsonl(changed));
		const refused = await runCli(['trial.jsonl', ...simulated], {cwd: folder});
		expect(refused.code).toBe(2);
		expect(refused.stderr).toContain('trial.jsonl: 4 → 5 rows (changed)');
		const accepted = await runCli(['trial.jsonl', ...simulated, '--reinit-meta'], {cwd: folder});
		expect(reportOf(accepted.stdout)).toMatchObject({requests: {total: 5, done: 5}, session: {requests: 3}});
		expect((await exported(folder, 'trial.jsonl')).map(({id}) => id)).toEqual([
			'row 5',
			'row 4',
			'row 3',
			'row 2',
			'4',
		]);
	});

	test('rows without names are found by what they ask, parameters included', async () => {
		const row = (prompt: string, temperature: number) => ({
			...rowsOf(1)[0],
			id: undefined,
			prompt,
			parameters: {temperature, max_tokens: 5},
		});
		const folder = folderWith({'a.jsonl': jsonl([row('x', 0), row('x', 1), row('y', 0)])});
		await runCli(['a.jsonl', ...simulated], {cwd: folder});
		writeFileSync(path.join(folder, 'a.jsonl'), jsonl([row('y', 0), row('x', 1), row('x', 2)]));
		const {stdout} = await runCli(['a.jsonl', ...simulated, '--reinit-meta'], {cwd: folder});
		expect(reportOf(stdout)).toMatchObject({requests: {total: 3, done: 3}, session: {requests: 1}});
	});

	test('a batch input file goes by batch', async () => {
		const lines = Array.from({length: 6}, (_, n) => ({
			custom_id: `own ${n}`,
			method: 'POST',
			url: '/v1/chat/completions',
			body: {model: 'gpt-4o-mini', max_tokens: 5, messages: [{role: 'user', content: `Say ${n}`}]},
		}));
		const folder = folderWith({'batch.jsonl': jsonl(lines)});
		const args = ['--mode', 'batch', '--set', 'batch.poll_s=0.2', '--display', 'json'];
		const {stdout} = await runCli(['batch.jsonl', '--simulate=batch=0.5s,shuffle', ...args], {cwd: folder});
		expect(reportOf(stdout)).toMatchObject({requests: {done: 6}, mode: {batch: 6}});
		const results = await exported(folder, 'batch.jsonl');
		expect(results.map(({id, messages}) => [id, (messages as Row[])[0]!.content])).toEqual(
			lines.map(({custom_id: id}, n) => [id, `Say ${n}`]),
		);
	});

	test('several turns are refused by batch, with the reason', async () => {
		const folder = folderWith({'turns.jsonl': jsonl([{...rowsOf(1)[0], prompt: ['a', 'b']}])});
		const {code, stderr} = await runCli(['turns.jsonl', '--simulate', '--mode', 'batch'], {cwd: folder});
		expect(code).toBe(2);
		expect(stderr).toContain('--mode batch cannot send prompts of several turns: each turn needs the answer');
	});
});

describe('stdin', () => {
	const spec = 'model: gpt-4o-mini\nprompts: Say {{n}}\nparams: {max_tokens: 5}\nargs: {file: "-"}\n';

	test('rows of args, as CSV and as JSONL; the run goes on without them', async () => {
		for (const text of ['n\n1\n2\n3\n', '{"n": 1}\n{"n": 2}\n{"n": 3}\n']) {
			const folder = folderWith({'spec.yaml': spec});
			const first = await piped(text, ['spec.yaml', ...simulated], folder);
			expect(first.code, first.stderr).toBe(0);
			expect((await exported(folder, 'spec.yaml')).map(({prompt}) => prompt)).toEqual([
				'Say 1',
				'Say 2',
				'Say 3',
			]);
			expect((await piped(text, ['spec.yaml', ...simulated], folder)).code).toBe(0);
			expect((await piped('', ['spec.yaml', ...simulated], folder)).code).toBe(0);
			const other = await piped('n\n4\n', ['spec.yaml', ...simulated], folder);
			expect(other.stderr).toContain('-: 3 → 1 rows (changed)');
			expect((await piped('', ['status', 'spec.yaml'], folder)).stdout).toContain('3 done');
		}
	});

	test('whole requests, and the spec itself', async () => {
		const folder = folderWith({'spec.yaml': 'requests: {file: "-"}\n', 'rows.jsonl': jsonl(rowsOf(2))});
		const rows = await piped(jsonl(rowsOf(3)), ['spec.yaml', ...simulated], folder);
		expect(reportOf(rows.stdout).requests).toMatchObject({done: 3});
		const own = await piped('requests: {file: rows.jsonl}\n', ['-', ...simulated], folder);
		expect(reportOf(own.stdout).requests).toMatchObject({done: 2});
		expect(await exported(folder, 'stdin.promptbatch')).toHaveLength(2);
		expect(reportOf((await piped('', ['-', ...simulated], folder)).stdout).requests).toMatchObject({done: 2});
	});

	test('refused: nothing comes, both at once, a row that is wrong', async () => {
		const folder = folderWith({'spec.yaml': spec});
		const nothing = await piped('', ['spec.yaml', ...simulated], folder);
		expect(nothing.code).toBe(2);
		expect(nothing.stderr).toContain(
			'spec.yaml:4:14: the rows are to come in through stdin, and nothing comes.',
		);
		expect((await piped(spec, ['-', ...simulated], folder)).stderr).toContain(
			'stdin:4:14: stdin holds the spec, so it cannot hold the rows too.',
		);
		expect((await piped('', ['-', ...simulated], folder)).stderr).toContain(
			'The spec is to come in through stdin',
		);
		const wrong = await piped('m\n1\n', ['check', 'spec.yaml'], folder);
		expect(wrong.stderr).toContain('stdin:1: there is no column for {{n}}.');
	});
});

test('a group may get a limit of its own between sessions, and lose it again', async () => {
	const rows = rowsOf(6).map((row, n) => ({...row, group: n % 2 === 0 ? 'even' : 'odd'}));
	const folder = folderWith({'spec.yaml': 'requests: {file: rows.jsonl}\n', 'rows.jsonl': jsonl(rows)});
	const some = ['--max-session-requests', '2'];
	const first = await runCli(['spec.yaml', ...simulated, ...some], {cwd: folder});
	expect(first.code).toBe(3);
	const by = ['--set', 'rate.by.even=600'];
	const second = await runCli(['spec.yaml', ...simulated, ...some, ...by], {cwd: folder});
	expect(second.code, second.stderr).toBe(3);
	expect(reportOf(second.stdout).requests).toMatchObject({done: 4, pending: 2});
	const third = await runCli(['spec.yaml', ...simulated], {cwd: folder});
	expect(reportOf(third.stdout)).toMatchObject({requests: {total: 6, done: 6}, attempts: 6});
	const wrong = await runCli(['spec.yaml', ...simulated, '--set', 'rate.by.evne=6'], {cwd: folder});
	expect(wrong.stderr).toContain(
		'`rate.by.evne` names no provider and no group of the rows; the nearest is `even`.',
	);
});

test('the models of a server that holds one at a time have their turns', async () => {
	const asked: string[] = [];
	const failed = new Set<string>();
	const server = createServer((request, response) => {
		let text = '';
		request.on('data', data => {
			text += data;
		});
		request.on('end', () => {
			const body = JSON.parse(text);
			asked.push(body.model);
			// The fourth part of them fails the first time, so that retries are among them.
			const isFirst = !failed.has(text) && asked.length % 4 === 0;
			failed.add(text);
			response.writeHead(isFirst ? 500 : 200, {'content-type': 'application/json'});
			const message = {role: 'assistant', content: 'ok'};
			const choices = [{index: 0, finish_reason: 'stop', message}];
			response.end(JSON.stringify({object: 'chat.completion', model: body.model, choices}));
		});
	}).listen(0, '127.0.0.1');
	onTestFinished(() => void server.close());
	await once(server, 'listening');
	const models = ['llama3', 'mistral', 'phi3'];
	const rows = Array.from({length: 24}, (_, n) => ({
		api: 'ollama',
		model_name: models[n % 3],
		prompt: `Say ${n}`,
	}));
	const folder = folderWith({
		'spec.yaml':
			'requests: {file: rows.jsonl}\nrate: {concurrency: 4}\nretry: {initial_s: 0.01, max_s: 0.02}\n',
		'rows.jsonl': jsonl(rows),
	});
	const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
	const {code, stderr} = await runCli(['spec.yaml', '--display', 'none', '--base-url', address], {
		cwd: folder,
	});
	expect(code, stderr).toBe(0);
	const switches = asked.filter((model, at) => at > 0 && model !== asked[at - 1]).length;
	expect(asked.length).toBeGreaterThan(24);
	expect(switches).toBe(models.length - 1);
});

test('a Parquet file, and a sentence where the package that reads it is not installed', async () => {
	const folder = folderWith({
		'rows.parquet': readFileSync('fixtures/rows.parquet'),
		'spec.yaml': 'model: gpt-4o-mini\nprompts: "{{prompt}}"\nargs: {file: rows.parquet}\n',
	});
	const {stdout, stderr} = await runCli(['rows.parquet', ...simulated], {cwd: folder});
	expect(reportOf(stdout || stderr).requests).toMatchObject({done: 3});
	const [first] = await exported(folder, 'rows.parquet');
	expect(first).toMatchObject({id: 'p0', prompt: 'Say 0', model_args: {max_tokens: 5}});
	const args = await runCli(['check', 'spec.yaml'], {cwd: folder});
	expect(args.stdout).toContain('requests   3: 1 prompt × rows of rows.parquet');

	const alone = folderWith({});
	cpSync(path.dirname(cliFile), alone, {recursive: true});
	const child = spawn(process.execPath, [path.join(alone, 'cli.js'), 'check', 'spec.yaml'], {cwd: folder});
	let said = '';
	child.stderr.on('data', data => {
		said += data;
	});
	const [code] = await once(child, 'close');
	expect(code).toBe(2);
	expect(said).toContain(
		'rows.parquet is a Parquet file, and the package hyparquet that reads it is not installed.',
	);
	rmSync(path.join(folder, 'rows.parquet'));
});
