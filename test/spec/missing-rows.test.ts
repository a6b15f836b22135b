import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {UserError} from '../../source/domain/user-error.ts';
import {type MissingCounts, missingLines} from '../../source/spec/missing-rows.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {folderWith} from './spec-folder.ts';

type Rows = readonly object[];

const jsonl = (rows: Rows) => rows.map(row => `${JSON.stringify(row)}\n`).join('');

async function missingOf(input: string | Rows, output: Rows, name = 'in.jsonl') {
	const folder = folderWith({
		[name]: typeof input === 'string' ? input : jsonl(input),
		'out.jsonl': jsonl(output),
	});
	const counts: MissingCounts = {rows: 0, absent: 0, failed: 0};
	const lines: string[] = [];
	for await (const line of missingLines(path.join(folder, name), path.join(folder, 'out.jsonl'), counts)) {
		lines.push(line);
	}

	return {lines, counts};
}

describe('missing rows', () => {
	test('of a prompto output are absent, or their response is an error', async () => {
		const rows = example.split('\n').map(line => JSON.parse(line));
		const output = rows.map((row, position) => ({
			...row,
			timestamp_sent: '01-01-2025-00-00-00',
			response: responses[position],
		}));
		output.splice(2, 1);
		const {lines, counts} = await missingOf(`${example}\n`, output);
		expect(lines).toEqual([1, 2, 4].map(position => example.split('\n')[position]));
		expect(counts).toEqual({rows: 5, absent: 1, failed: 2});
	});

	test('of a batch output are absent, or their line is an error', async () => {
		const body = {model: 'm', messages: []};
		const input = ['a', 'b', 'c', 'd'].map(id => ({
			custom_id: id,
			method: 'POST',
			url: '/v1/chat/completions',
			body,
		}));
		const {lines} = await missingOf(input, [
			{id: 'r1', custom_id: 'c', response: {status_code: 200, body: {choices: []}}, error: null},
			{id: 'r2', custom_id: 'a', response: {status_code: 429, body: {error: {message: 'no'}}}, error: null},
			{id: 'r3', custom_id: 'b', response: null, error: {code: 'batch_expired'}},
		]);
		expect(lines.map(line => JSON.parse(line).custom_id)).toEqual(['a', 'b', 'd']);
	});

	test('of our own results have no row there, with an id or without', async () => {
		const head = {index: 0, model: 'm', model_args: {}, provider: 'openai'};
		const done = (row: object, choice = 0) => ({...head, ...row, choice_index: choice});
		const withIds = await missingOf(
			[
				{id: 1, n: 'x'},
				{id: 2, n: 'y'},
				{id: 3, n: 'z'},
			],
			[done({id: '1'}), done({id: '1'}, 1), {...head, id: '3', history: [], error: {kind: 'server'}}],
		);
		expect([withIds.lines, withIds.counts]).toEqual([
			['{"id":2,"n":"y"}', '{"id":3,"n":"z"}'],
			{rows: 3, absent: 1, failed: 1},
		]);
		const without = await missingOf(
			'n,kind\n1,odd\n2,"e,ven"\n1,odd\n3,\n',
			[
				done({id: '0', prompt_args: {n: '1'}, input: {kind: 'odd'}}),
				done({id: '0', prompt_args: {n: '1'}, input: {kind: 'odd'}}, 1),
				done({id: '3', prompt_args: {n: '3'}, input: {kind: ''}}),
			],
			'in.csv',
		);
		expect([without.lines, without.counts]).toEqual([
			['n,kind', '2,"e,ven"', '1,odd'],
			{rows: 4, absent: 2, failed: 0},
		]);
	});

	test('are found by content whatever the order of keys, and CSV parameters in their dict', async () => {
		const {lines} = await missingOf(
			'prompt,api,model_name,parameters-temperature\nHi,openai,gpt,0.5\nHo,openai,gpt,\nHo,openai,gpt,1\n',
			[
				{model_name: 'gpt', api: 'openai', prompt: 'Ho', response: 'fine'},
				{
					parameters: {temperature: 0.5},
					model_name: 'gpt',
					api: 'openai',
					prompt: 'Hi',
					response: 'ValueError - no',
				},
			],
			'in.csv',
		);
		expect(lines).toEqual([
			'prompt,api,model_name,parameters-temperature',
			'Hi,openai,gpt,0.5',
			'Ho,openai,gpt,1',
		]);
	});

	test('a file with lines of any length and order gives what a plain comparison gives', async () => {
		const random = seededRandom(testSeed('missing rows'));
		const rows = Array.from({length: 3000}, (_, id) => ({
			...(random() < 0.5 ? {id: `r${id}`} : {}),
			prompt: `${Math.floor(random() * 400)} ${'x'.repeat(Math.floor(random() * 3))}`,
		}));
		const outcomes = rows.map(() => (random() < 0.6 ? 'ok' : random() < 0.5 ? 'bad' : 'none'));
		const output = rows.flatMap((row, position) =>
			outcomes[position] === 'none'
				? []
				: [{...row, response: outcomes[position] === 'ok' ? 'yes' : 'KeyError - x', order: random()}],
		);
		output.sort((a, b) => a.order - b.order);
		const {lines} = await missingOf(rows, output);
		const open = rows.filter((_, position) => outcomes[position] !== 'ok');
		const withId = (row: object) => 'id' in row;
		expect(lines.filter(line => line.includes('"id"'))).toEqual(
			open.filter(withId).map(row => JSON.stringify(row)),
		);
		const bare = lines.filter(line => !line.includes('"id"'));
		expect([...bare].sort()).toEqual(
			open
				.filter(row => !withId(row))
				.map(row => JSON.stringify(row))
				.sort(),
		);
	});

	test.each<readonly [string, string | Rows, Rows, RegExp]>([
		[
			'a line of neither kind',
			[{id: 1}],
			[{id: 1, answer: 'x'}],
			/out\.jsonl:1: this is no line of a batch output/,
		],
		['an input that is not JSON', '{"id":1}\nno\n', [], /in\.jsonl:2: the line is not JSON/],
	])('refuses %s', async (_, input, output, message) => {
		const refusal = missingOf(input, output);
		await expect(refusal).rejects.toThrow(UserError);
		await expect(refusal).rejects.toThrow(message);
	});
});

const example = Array.from({length: 5}, (_, id) =>
	JSON.stringify({id, api: 'openai', prompt: `p${id}`}),
).join('\n');
const responses = [
	'Technology does.',
	'An unexpected error occurred when querying the API: (APIError - x) after maximum 3 attempts',
	['one', 'two'],
	'ValueErrors are raised when …',
	'TypeError - prompt must be a string',
];
