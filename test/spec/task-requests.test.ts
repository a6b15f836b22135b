import {describe, expect, test} from 'vitest';
import type {Endpoint} from '../../source/domain/request.ts';
import type {TaskRequest} from '../../source/domain/task.ts';
import {createTaskRequests} from '../../source/spec/task-requests.ts';

const items = [
	{provider: 'openai', model: 'gpt-4o-mini', queue: 0},
	{provider: 'local', model: 'llama', queue: 1},
];

function builder(endpoint: Endpoint = 'chat', body: object = {max_tokens: 5}) {
	return createTaskRequests({
		endpoint,
		models: {items, isList: true},
		params: {items: [{params: {}, body: {...body}}], isList: false},
	});
}

describe('a request of a task', () => {
	test('is what the spec says, with what is its own laid over it', () => {
		const input = {from: 3};
		const given = {id: 7, prompt: 'Hi {{name}}', model: 'llama', params: {max_tokens: 9, seed: 1}, input};
		expect(builder()(given)).toEqual({
			request: {
				id: '7',
				queue: 1,
				body: {model: 'llama', messages: [{role: 'user', content: 'Hi {{name}}'}], max_tokens: 9, seed: 1},
				asked: {prompt: 'Hi {{name}}', prompt_raw: 'Hi {{name}}', prompt_args: {}},
				modelArgs: {max_tokens: 9, seed: 1},
				input,
			},
		});
	});

	test('of messages keeps them as they are', () => {
		const messages = [
			{role: 'system', content: 'Be brief.'},
			{role: 'user', content: [{type: 'text', text: 'x'}]},
		];
		expect(builder()({id: 'a', messages})).toMatchObject({
			request: {queue: 0, body: {messages}, asked: {messages, messages_raw: messages, messages_args: {}}},
		});
	});

	test.each([
		['completions', 'prompt'],
		['responses', 'input'],
		['embeddings', 'input'],
	] as const)('goes to %s as %s', (endpoint, field) => {
		expect(builder(endpoint, {})({id: 'a', prompt: 'x'})).toMatchObject({
			request: {body: {model: 'gpt-4o-mini', [field]: 'x'}},
		});
	});

	test('may name the provider with its model', () => {
		expect(builder()({id: 'a', prompt: 'x', model: 'local/llama'})).toMatchObject({request: {queue: 1}});
	});

	const circle: {[key: string]: unknown} = {};
	circle.self = circle;
	const bad: readonly (readonly [unknown, string])[] = [
		[null, 'it must be an object'],
		['x', 'it must be an object'],
		[{prompt: 'x'}, 'it has no `id`'],
		[{id: ' ', prompt: 'x'}, 'it has no `id`'],
		[{id: 'a'}, 'a: it needs `prompt` or `messages`, and one of them only'],
		[{id: 'a', prompt: 'x', messages: []}, 'a: it needs `prompt` or `messages`, and one of them only'],
		[{id: 'a', prompt: 5}, 'a: `prompt` must be a text, not number'],
		[{id: 'a', messages: []}, 'a: `messages` must be a list of {role, content}'],
		[{id: 'a', messages: [{content: 'x'}]}, 'a: `messages` must be a list of {role, content}'],
		[{id: 'a', promt: 'x'}, 'a: `promt` is not a key of a request; did you mean `prompt`?'],
		[{id: 'a', prompt: 'x', input: 3}, 'a: `params` and `input` must be objects'],
		[{id: 'a', prompt: 'x', params: {stream: true}}, 'a: `stream` cannot be set in `params`'],
		[{id: 'a', prompt: 'x', model: 'lama'}, "a: the model “lama” is not in the spec's `model` (llama is)"],
		[{id: 'a', prompt: 'x', input: circle}, 'a: JSON cannot hold it'],
		[{id: 'a', prompt: 'x', input: {big: 1n}}, 'a: JSON cannot hold it'],
	];
	test.each(bad)('like %o is refused with the reason', (given, problem) => {
		const built = builder()(given as TaskRequest);
		expect('problem' in built && built.problem).toContain(problem);
	});

	test('cannot be a conversation where the endpoint knows none', () => {
		const built = builder('completions')({id: 'a', messages: [{role: 'user', content: 'x'}]});
		expect(built).toEqual({problem: 'a: the completions endpoint takes no `messages`; give it a `prompt`'});
	});
});
