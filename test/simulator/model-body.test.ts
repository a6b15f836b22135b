import {describe, expect, it} from 'vitest';
import {chatBody, simulated} from './simulated.ts';

const messages = [{role: 'user', content: 'hello there'}];

describe('bodies that the API refuses', () => {
	it.each([
		['/chat/completions', {messages}, 400, 'model', 'missing_required_parameter'],
		['/chat/completions', {model: 5, messages}, 400, 'model', 'invalid_type'],
		['/chat/completions', {model: 'm'}, 400, 'messages', 'missing_required_parameter'],
		['/chat/completions', {model: 'm', messages: []}, 400, 'messages', 'empty_array'],
		['/chat/completions', {model: 'm', messages: 'hi'}, 400, 'messages', 'invalid_type'],
		['/chat/completions', {model: 'm', messages: ['hi']}, 400, 'messages[0]', 'invalid_type'],
		[
			'/chat/completions',
			{model: 'm', messages: [{content: 'hi'}]},
			400,
			'messages[0].role',
			'missing_required_parameter',
		],
		['/chat/completions', {model: 'no-such-model', messages}, 404, null, 'model_not_found'],
		['/chat/completions', {model: 'm', messages, n: 0}, 400, 'n', 'value_out_of_range'],
		['/chat/completions', {model: 'm', messages, n: 129}, 400, 'n', 'value_out_of_range'],
		['/chat/completions', {model: 'm', messages, n: '2'}, 400, 'n', 'invalid_type'],
		['/chat/completions', {model: 'm', messages, max_tokens: 0}, 400, 'max_tokens', 'value_out_of_range'],
		['/chat/completions', {model: 'm', messages, temperature: 3}, 400, 'temperature', 'value_out_of_range'],
		['/chat/completions', {model: 'm', messages, stream: true}, 400, 'stream', 'unsupported_value'],
		[
			'/chat/completions',
			chatBody('x', {response_format: {type: 'yaml'}}),
			400,
			'response_format.type',
			'invalid_value',
		],
		[
			'/chat/completions',
			chatBody('x', {response_format: {type: 'json_schema', json_schema: {name: 'x'}}}),
			400,
			'response_format.json_schema.schema',
			'missing_required_parameter',
		],
		['/chat/completions', chatBody('x'.repeat(4 * 128_001)), 400, 'messages', 'context_length_exceeded'],
		['/completions', {model: 'm'}, 400, 'prompt', 'missing_required_parameter'],
		['/completions', {model: 'm', prompt: []}, 400, 'prompt', 'empty_array'],
		['/completions', {model: 'm', prompt: [{}]}, 400, 'prompt', 'invalid_type'],
		['/responses', {model: 'm'}, 400, 'input', 'missing_required_parameter'],
		['/responses', {model: 'm', input: 'x', background: true}, 400, 'background', 'unsupported_value'],
		[
			'/responses',
			{model: 'm', input: 'x', text: {format: {type: 'json_schema', name: 'a b', schema: {}}}},
			400,
			'text.format.name',
			'invalid_value',
		],
		['/embeddings', {model: 'm', input: ''}, 400, 'input', null],
		['/embeddings', {model: 'm', input: 'word '.repeat(9000)}, 400, 'input', 'context_length_exceeded'],
		['/embeddings', {model: 'm', input: 'x', dimensions: 9999}, 400, 'dimensions', 'value_out_of_range'],
		['/moderations', {model: 'm', input: [5]}, 400, 'input', 'invalid_type'],
	])('%s %j', async (path, body, status, param, code) => {
		const {post, calls} = await simulated('500=100%');
		const reply = await post(path, body);
		expect(reply.status).toBe(status);
		expect(JSON.parse(reply.text).error).toEqual({
			message: expect.stringMatching(/\w+/),
			type: 'invalid_request_error',
			param,
			code,
		});
		expect(calls[0]?.attempt).toBeNull();
	});

	it.each(['{"model":', '[]', '"text"', ''])('no JSON object: %s', async text => {
		const {post} = await simulated();
		const reply = await post('/chat/completions', text);
		expect([reply.status, JSON.parse(reply.text).error.type]).toEqual([400, 'invalid_request_error']);
	});

	it('too large a body', async () => {
		const {post} = await simulated();
		const reply = await post('/chat/completions', ' '.repeat(33 * 1024 * 1024));
		expect(reply.status).toBe(413);
	});

	it('an unknown route', async () => {
		const {get, post} = await simulated();
		expect((await get('/chat/completions')).status).toBe(404);
		const reply = await post('/images/generations', {});
		expect([reply.status, JSON.parse(reply.text).error.message]).toEqual([
			404,
			'Invalid URL (POST /images/generations)',
		]);
	});
});
