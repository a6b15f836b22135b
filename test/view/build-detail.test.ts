import {describe, expect, test} from 'vitest';
import {parseChange} from '../../source/domain/parse-change.ts';
import type {Request} from '../../source/domain/request.ts';
import {buildDetail} from '../../source/view/build-detail.ts';
import {
	answered,
	created,
	failed,
	failure,
	type RunFixture,
	runFixture,
	sessionStarted,
	start,
	started,
} from '../domain/run-fixture.ts';

const chat = {endpoint: 'chat'} as const;

function request(index: number): Request {
	return {
		id: `row-${index}`,
		index,
		queue: 0,
		endpoint: 'chat',
		provider: 'openai',
		model: 'gpt-4o-mini',
		modelArgs: {max_tokens: 10},
		body: {model: 'gpt-4o-mini', messages: [{role: 'user', content: 'I like pizza'}], max_tokens: 10},
		asked: {prompt: 'I like pizza', prompt_raw: 'I like {{food}}', prompt_args: {food: 'pizza'}},
		input: {},
	};
}

function body(...choices: readonly object[]): string {
	return JSON.stringify({id: 'chatcmpl-1', choices});
}

function detailOf(run: RunFixture, index = 0) {
	const reads: [number, boolean][] = [];
	const detail = buildDetail(
		run.state,
		{expand: request},
		(offset, wantsBody) => {
			reads.push([offset, wantsBody]);
			return run.readEvent(offset);
		},
		chat,
		index,
	);
	return {detail, reads};
}

/** Two failed attempts, of which the second one's answer was paid, and then an answer. */
function history(): RunFixture {
	const run = runFixture(created(3), sessionStarted(), started([0]), failed(0));
	const previous = () => run.state.columns.offset[0]!;
	const cut = {...failure('truncated', 200, 'cut short'), code: 'length'};
	run.take(started([0], start + 2000));
	run.take(
		failed(0, {
			at: start + 4000,
			startedAt: start + 2000,
			failure: cut,
			usage: {input: 10, cached: 0, output: 10},
			costPico: 1e9,
			requestId: 'req_2',
			previous: previous(),
			raw: body({index: 0, message: {content: 'I li'}, finish_reason: 'length'}),
		}),
	);
	return run;
}

describe('the detail', () => {
	test('of a request never started shows what will be asked', () => {
		const {detail, reads} = detailOf(runFixture(created(3), sessionStarted()), 2);
		expect(detail).toEqual({
			index: 2,
			id: 'row-2',
			status: 'queued',
			provider: 'openai',
			model: 'gpt-4o-mini',
			changed: null,
			prompt: 'I like pizza',
			body: JSON.stringify(request(2).body, null, 2),
			answers: [],
			finishReason: null,
			warnings: [],
			usage: null,
			costUsd: null,
			error: null,
			attempts: [],
		});
		expect(reads).toEqual([]);
	});

	test('of one that waits shows why, with what came of it, oldest attempt first', () => {
		const {detail, reads} = detailOf(history());
		expect(detail).toMatchObject({
			status: 'waiting',
			answers: ['I li'],
			finishReason: 'length',
			warnings: ['truncated'],
			usage: {input: 10, cached: 0, output: 10},
			costUsd: 0.001,
			error: 'truncated: length: cut short',
		});
		expect(detail.attempts.map(({outcome}) => outcome)).toEqual(['server', 'truncated']);
		expect(detail.attempts[1]).toEqual({
			at: start + 4000,
			lane: 'direct',
			outcome: 'truncated',
			status: 200,
			message: 'cut short',
			requestId: 'req_2',
			latencyMs: 2000,
			costUsd: 0.001,
			maybeBilled: false,
		});
		expect(reads.map(([, wantsBody]) => wantsBody)).toEqual([true, false]);
	});

	test('of one that was given up says so, and shows what came of it before', () => {
		const run = history();
		const previous = [1, 0].map(index => run.state.columns.offset[index]!);
		run.take({type: 'requests-given-up', at: start + 5000, indexes: [1, 0], previous, failedByQueue: [2]});
		const {detail, reads} = detailOf(run);
		expect(detail).toMatchObject({
			status: 'failed',
			answers: ['I li'],
			error: 'cancelled: given up by a person',
			warnings: ['truncated'],
		});
		expect(detail.attempts.map(({outcome}) => outcome)).toEqual(['server', 'truncated']);
		expect(reads.map(([, wantsBody]) => wantsBody)).toEqual([true, true, false]);
		expect(detailOf(run, 1).detail).toMatchObject({error: 'cancelled: given up by a person', attempts: []});
	});

	test('of one in flight ends with the call that is out', () => {
		const run = history();
		run.take(started([0], start + 9000));
		const {detail} = detailOf(run);
		expect(detail.attempts).toHaveLength(3);
		expect(detail.attempts[2]).toMatchObject({at: start + 9000, outcome: 'in flight', latencyMs: null});
		expect(detail.warnings).toEqual(['truncated']);
	});

	test('of one that is done shows every choice and no error', () => {
		const run = history();
		run.take(started([0], start + 9000));
		run.take(
			answered(0, {
				at: start + 9500,
				startedAt: start + 9000,
				usage: {input: 10, cached: 0, output: 20},
				usageEstimated: true,
				costPico: null,
				previous: run.state.columns.offset[0]!,
				raw: body(
					{index: 0, message: {content: 'pizza'}, finish_reason: 'stop'},
					{index: 1, message: {content: null, refusal: 'I cannot'}, finish_reason: 'stop'},
					{index: 2, message: {content: null, tool_calls: [{id: 'call'}]}, finish_reason: 'tool_calls'},
				),
			}),
		);
		const {detail} = detailOf(run);
		expect(detail).toMatchObject({status: 'done', error: null, finishReason: 'stop', costUsd: null});
		expect(detail.answers.slice(0, 2)).toEqual(['pizza', 'I cannot']);
		expect(detail.answers[2]).toContain('"call"');
		expect(detail.warnings).toEqual(['refusal', 'usage_estimated']);
		expect(detail.attempts.map(({outcome}) => outcome)).toEqual(['server', 'truncated', 'answered']);
	});
});

test('what a person changed is said as they type it, the newest change with those before it', () => {
	const run = runFixture(created(3), sessionStarted());
	const about = {type: 'params-changed', at: start, indexes: [[0, 2]], failedByQueue: []} as const;
	run.take({...about, change: {model: null, body: {max_tokens: 5, stop: ['a b']}}, queueKey: null});
	run.take({
		...about,
		change: {model: 'gpt-4o-mini', body: {max_completion_tokens: 7, seed: null}},
		queueKey: 'openai/gpt-4o-mini',
	});
	const {changed} = detailOf(run, 1).detail;
	expect(changed).toBe('model=gpt-4o-mini stop=["a b"] max_completion_tokens=7 seed=');
	expect(parseChange(changed!)).toEqual({
		model: 'gpt-4o-mini',
		body: {stop: ['a b'], max_completion_tokens: 7, seed: null},
	});
	expect(detailOf(run, 2).detail.changed).toBeNull();
});

test('attempts that were lost are counted, having no line of their own', () => {
	const run = runFixture(created(1), sessionStarted(), started([0]), {
		type: 'attempts-lost',
		at: start,
		indexes: [0],
		reason: 'killed',
		maybeBilledPico: 0,
		maybeBilledCalls: 1,
	});
	expect(detailOf(run).detail.warnings).toEqual(['1 of its attempts ended without an outcome']);
	run.take(started([0]));
	expect(detailOf(run).detail.warnings).toEqual(['1 of its attempts ended without an outcome']);
});

test.each([
	['no JSON', '<html>502</html>', ['<html>502</html>']],
	['no object', '[1]', ['[1]']],
	['no choices', '{"error":{"message":"oh"}}', ['{\n  "error": {\n    "message": "oh"\n  }\n}']],
	['no body', null, []],
])('a failed attempt with %s shows what came', (_, raw, answers) => {
	const malformed = failure('malformed', 200, 'not an answer');
	const run = runFixture(created(1), sessionStarted(), started([0]), failed(0, {failure: malformed, raw}));
	expect(detailOf(run).detail).toMatchObject({answers, error: 'malformed: not an answer'});
});

test('a code of the API stands beside the kind', () => {
	const long = {...failure('context_length', 400, 'too long'), code: 'context_length_exceeded'};
	const run = runFixture(
		created(1),
		sessionStarted(),
		started([0]),
		failed(0, {sequel: 'fail', failure: long}),
	);
	expect(detailOf(run).detail.error).toBe('400 context_length: context_length_exceeded: too long');
});

test('a chain that does not lead backwards is left, whatever a damaged journal says', () => {
	const run = runFixture(created(1), sessionStarted(), started([0]));
	run.take(failed(0, {previous: 3}));
	expect(run.state.columns.offset[0]).toBe(3);
	expect(detailOf(run).detail.attempts).toHaveLength(1);
	run.take(started([0]));
	run.take(failed(0, {previous: 1}));
	expect(detailOf(run).detail.attempts).toHaveLength(1);
});
