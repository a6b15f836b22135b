import {describe, expect, test} from 'vitest';
import type {Endpoint, JsonObject, Request} from '../../source/domain/request.ts';
import {failureRow, type ResultRow, resultRows} from '../../source/domain/result.ts';
import {givenUpFailure} from '../../source/domain/triage-event.ts';
import {answered, failed, failure, start} from './run-fixture.ts';

const usage = {prompt_tokens: 40, completion_tokens: 20, total_tokens: 60};
const twoChoices = {
	id: 'chatcmpl-1',
	object: 'chat.completion',
	choices: [
		{index: 0, message: {role: 'assistant', content: '{"n":1}'}, finish_reason: 'stop', logprobs: null},
		{index: 1, message: {role: 'assistant', content: 'cut'}, finish_reason: 'length'},
	],
	usage,
};

describe('result rows', () => {
	test('stand in the order of the contract, with all that was asked and answered', () => {
		const [row] = rowsOf(request(), twoChoices);
		expect(JSON.stringify(row, null, 1)).toBe(
			JSON.stringify(
				{
					id: 'pizza',
					index: 7,
					choice_index: 0,
					prompt: 'I like pizza',
					prompt_raw: 'I like {{food}}',
					prompt_args: {food: 'pizza'},
					model: 'gpt-4o-mini',
					model_args: {n: 2},
					provider: 'openai',
					text: '{"n":1}',
					finish_reason: 'stop',
					warnings: [],
					choice: twoChoices.choices[0],
					completion: {id: 'chatcmpl-1', object: 'chat.completion', usage},
					usage,
					cost_usd: 0.000018,
					call: null,
					mode: 'direct',
					batch_id: null,
					attempts: 3,
					sent_at: '2026-11-20T12:00:00.000Z',
					finished_at: '2026-11-20T12:00:01.234Z',
					latency_ms: 1234,
					input: {source: 'menu'},
				},
				null,
				1,
			),
		);
	});

	test('hold the figures of the call on the first choice only', () => {
		const [first, second] = rowsOf(request(), twoChoices);
		expect(first).toMatchObject({usage, cost_usd: 0.000018});
		expect(second).toMatchObject({choice_index: 1, usage: null, cost_usd: null, warnings: ['truncated']});
	});

	test('hold what was parsed only where a schema is set, and say which choice breaks it', () => {
		const check = (value: unknown) => (value === 5 ? 'is five' : null);
		const [first, second] = rowsOf(request(), twoChoices, check);
		expect(first).toMatchObject({parsed: {n: 1}, warnings: []});
		expect(Object.keys(first!).indexOf('parsed')).toBe(Object.keys(first!).indexOf('text') + 1);
		expect(second).toMatchObject({parsed: null, warnings: ['truncated', 'schema']});
		expect(rowsOf(request(), twoChoices)[0]).not.toHaveProperty('parsed');
	});

	test('say when the cost is unknown or the usage an estimate', () => {
		const event = answered(7, {
			costPico: null,
			usageEstimated: true,
			raw: JSON.stringify({...twoChoices, usage: undefined}),
		});
		const [row] = resultRows(request(), event, 1, null)!;
		expect(row).toMatchObject({usage: null, cost_usd: null, warnings: ['usage_estimated']});
	});

	test.each<[Endpoint, JsonObject, unknown, JsonObject]>([
		[
			'responses',
			{id: 'r', output: [{type: 'message', content: [{type: 'output_text', text: 'yes'}]}]},
			{output: [{type: 'message', content: [{type: 'output_text', text: 'yes'}]}]},
			{id: 'r'},
		],
		['embeddings', {model: 'e', data: [{embedding: [0.5]}]}, {embedding: [0.5]}, {model: 'e'}],
		['moderations', {id: 'm', results: [{flagged: true}]}, {flagged: true}, {id: 'm'}],
		['completions', {id: 'c', choices: [{index: 0, text: 'hi'}]}, {index: 0, text: 'hi'}, {id: 'c'}],
	])('of %s take the answer apart in its own way', (endpoint, body, choice, completion) => {
		expect(rowsOf(request({endpoint}), body)[0]).toMatchObject({choice, completion});
	});

	test('of a damaged body are none', () => {
		for (const raw of ['', '{"id":', '[]', '"text"', 'null']) {
			expect(resultRows(request(), answered(7, {raw}), 1, null)).toBeNull();
		}
	});
});

describe('a failure row', () => {
	test('tells the whole history, and what it cost', () => {
		const history = [
			failed(7, {at: start, failure: failure('rate_limit', 429, 'slow down'), requestId: 'req_1'}),
			failed(7, {at: start + 1, failure: failure('timeout'), maybeBilled: true}),
			failed(7, {
				at: start + 2,
				sequel: 'fail',
				failure: {kind: 'schema', status: 200, code: 'odd', message: 'no "n"'},
				usage: {input: 1, cached: 0, output: 1},
				costPico: 2_000_000,
			}),
		];
		const row = failureRow(request(), history[2]!.failure, history, 4);
		expect(row).toMatchObject({
			id: 'pizza',
			attempts: 4,
			error: {kind: 'schema', status: 200, code: 'odd', message: 'no "n"'},
			history: [
				{at: '2026-11-20T12:00:00.000Z', kind: 'rate_limit', status: 429, request_id: 'req_1', cost_usd: 0},
				{kind: 'timeout', cost_usd: null, maybe_billed: true},
				{kind: 'schema', cost_usd: 0.000002, maybe_billed: false},
			],
		});
		expect(Object.keys(row)).toEqual(
			'id index prompt prompt_raw prompt_args model model_args provider attempts error history input'.split(
				' ',
			),
		);
	});

	test('of a request that was given up before it was tried has no history', () => {
		const row = failureRow(request(), givenUpFailure, [], 0);
		expect(row).toMatchObject({attempts: 0, history: []});
		expect(row.error).toEqual({kind: 'cancelled', status: null, code: null, message: 'given up by a person'});
	});
});

function rowsOf(
	asked: Request,
	body: JsonObject,
	check: ((value: unknown) => string | null) | null = null,
): readonly ResultRow[] {
	const event = answered(7, {at: start + 1234, costPico: 18_000_000, raw: JSON.stringify(body)});
	return resultRows(asked, event, 3, check)!;
}

function request(fields: Partial<Request> = {}): Request {
	return {
		id: 'pizza',
		index: 7,
		queue: 0,
		endpoint: 'chat',
		provider: 'openai',
		model: 'gpt-4o-mini',
		modelArgs: {n: 2},
		body: {},
		asked: {prompt: 'I like pizza', prompt_raw: 'I like {{food}}', prompt_args: {food: 'pizza'}},
		input: {source: 'menu'},
		...fields,
	};
}
