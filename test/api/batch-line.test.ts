import {describe, expect, test} from 'vitest';
import {readBatchLine} from '../../source/api/batch-line.ts';
import {chatAnswer, testKey} from './direct-call.ts';

const good = {status_code: 200, request_id: 'req_1', body: chatAnswer};
const lineWith = (rest: object): string => JSON.stringify({id: 'batch_req_1', custom_id: '1-0', ...rest});
const read = (text: string) => readBatchLine(text, 'chat', testKey);
const inBody = (error: unknown, status: unknown = 400) =>
	lineWith({response: {status_code: status, request_id: 'req_2', body: {error}}, error: null});

test('an answer is what the direct lane makes of it', () => {
	const text = lineWith({response: good, error: null});
	expect(read(text)).toEqual({
		text,
		customId: '1-0',
		outcome: {
			kind: 'answered',
			raw: JSON.stringify(chatAnswer),
			body: chatAnswer,
			requestId: 'req_1',
			headers: null,
		},
	});
	// No `error` key at all, and the status as a text.
	expect(read(lineWith({response: {...good, status_code: '200'}})).outcome?.kind).toBe('answered');
});

describe('a line that is no answer is known for what it is', () => {
	const message = 'It did not work out.';
	test.each([
		[
			'a refusal',
			inBody({message, code: 'invalid_value', type: 'invalid_request_error'}),
			'invalid_request',
			400,
		],
		['a long prompt', inBody({message, code: 'context_length_exceeded'}), 'context_length', 400],
		['a wrong model', inBody({message, code: 'model_not_found'}, 404), 'not_found', 404],
		['a rate limit', inBody({message, code: 'rate_limit_exceeded'}, 429), 'rate_limit', 429],
		['a spent quota', inBody({message, code: 'insufficient_quota'}, 429), 'quota', 429],
		['a server error', inBody({message, type: 'server_error'}, 500), 'server', 500],
		['a code of no known name', inBody({message, code: 'gizmo'}, 503), 'server', 503],
		['an expired one', lineWith({response: null, error: {code: 'batch_expired', message}}), 'expired', null],
		[
			'a cancelled one',
			lineWith({response: null, error: {code: 'batch_cancelled', message}}),
			'expired',
			null,
		],
		[
			'an error of its own',
			lineWith({response: null, error: {code: 'invalid_request_error', message}}),
			'invalid_request',
			null,
		],
		['an unknown error', lineWith({response: null, error: {code: 'gizmo', message}}), 'server', null],
		['an error without a code', lineWith({response: null, error: {message}}), 'server', null],
		['an error that is a text', lineWith({response: null, error: message}), 'server', null],
		['a status for a code', lineWith({response: null, error: {code: 429, message}}), 'rate_limit', null],
		[
			'an error beside an answer',
			lineWith({response: good, error: {code: 'server_error', message}}),
			'server',
			200,
		],
		['an error under status 200', inBody({message, code: 'content_filter'}, 200), 'content_filter', 200],
		['an error under status 0', inBody({message, code: 'slow_down'}, 0), 'rate_limit', null],
	])('%s', (_, text, kind, status) => {
		expect(read(text)).toMatchObject({
			customId: '1-0',
			outcome: {kind: 'failed', failure: {kind, status, message: expect.stringContaining(message)}},
		});
	});

	test.each([
		['status 0', lineWith({response: {...good, status_code: 0}, error: null}), 'server'],
		['no status', lineWith({response: {body: chatAnswer}, error: null}), 'server'],
		['no body', lineWith({response: {status_code: 200}, error: null}), 'malformed'],
		['a body that is a text', lineWith({response: {...good, body: 'Yes.'}, error: null}), 'malformed'],
		['no choices', lineWith({response: {...good, body: {choices: []}}, error: null}), 'malformed'],
		['neither of both', lineWith({response: null, error: null}), 'malformed'],
		['nothing else', lineWith({}), 'malformed'],
		['a list for a response', lineWith({response: [good], error: null}), 'malformed'],
	])('%s may have been billed', (_, text, kind) => {
		expect(read(text)).toMatchObject({
			customId: '1-0',
			outcome: {kind: 'failed', failure: {kind}, maybeBilled: true},
		});
	});
});

test('what may have been paid for keeps its body, a refusal does not', () => {
	const body = {...chatAnswer, choices: []};
	const wrong = lineWith({response: {...good, body}, error: null});
	expect(read(wrong).outcome).toMatchObject({raw: JSON.stringify(body), requestId: 'req_1'});
	expect(read(inBody({message: 'no'})).outcome).toMatchObject({
		raw: null,
		requestId: 'req_2',
		maybeBilled: false,
	});
});

test.each([
	'{"custom_id":"1-0"',
	'[1,2]',
	'null',
	'17',
	'"text"',
	'{}',
	'{"custom_id":7,"response":null,"error":null}',
	'{"__proto__":{"custom_id":"1-0"}}',
	'<html>no</html>',
	'\u0000\u001B[2J',
])('%j is garbled', text => {
	expect(read(text)).toEqual({text, customId: null, outcome: null});
});

test('hostile values neither throw nor leak into anything else', () => {
	const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
	for (const value of [
		deep,
		'{"__proto__":{"code":"batch_expired"}}',
		'1e999',
		'-1',
		'"\\ud800"',
		'[[{}]]',
	]) {
		for (const text of [
			`{"custom_id":"1-0","response":${value},"error":null}`,
			`{"custom_id":"1-0","response":null,"error":${value}}`,
			`{"custom_id":"1-0","response":{"status_code":${value},"body":${value}},"error":null}`,
			`{"custom_id":"1-0","response":{"status_code":200,"request_id":${value},"body":${value}}}`,
		]) {
			expect(read(text)).toMatchObject({customId: '1-0', outcome: {kind: 'failed'}});
		}
	}

	expect(({} as {code?: unknown}).code).toBeUndefined();
});

test('a key that is quoted back is taken out', () => {
	const said = read(inBody({message: `Incorrect API key: ${testKey}.`, code: 'invalid_api_key'}, 401));
	expect(said.outcome).toMatchObject({failure: {kind: 'auth', status: 401}});
	expect(JSON.stringify(said)).not.toContain(testKey);
});
