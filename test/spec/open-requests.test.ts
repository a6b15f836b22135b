import {describe, expect, test} from 'vitest';
import {memoryInputs} from '../../source/spec/memory-inputs.ts';
import {openRequests} from '../../source/spec/open-requests.ts';
import {refusalOf, requestsOf, specOf} from './spec-folder.ts';

const food = `
model: gpt-4o-mini
prompts:
  - I like {{food}}
  - I hate {{food}}
args:
  - {food: pizza}
  - {food: apples}
params: {max_tokens: 10, n: 2}
`;

test('the food example: prompts outermost, one user message each', async () => {
	const requests = await requestsOf(food);
	expect(requests.map(({asked}) => 'prompt' in asked && asked.prompt)).toEqual([
		'I like pizza',
		'I like apples',
		'I hate pizza',
		'I hate apples',
	]);
	expect(requests[1]).toEqual({
		id: '1',
		index: 1,
		queue: 0,
		endpoint: 'chat',
		provider: 'openai',
		model: 'gpt-4o-mini',
		modelArgs: {max_tokens: 10, n: 2},
		body: {model: 'gpt-4o-mini', messages: [{role: 'user', content: 'I like apples'}], max_tokens: 10, n: 2},
		asked: {prompt: 'I like apples', prompt_raw: 'I like {{food}}', prompt_args: {food: 'apples'}},
		input: {},
	});
	expect(Object.keys(requests[1]!.body)).toEqual(['model', 'messages', 'max_tokens', 'n']);
});

test('chat templates with args per message: the 8-choice example of batch-prompt', async () => {
	const requests = await requestsOf(`
model: gpt-4o-mini
prompts:
  - {messages: [{role: user, content: 'I like {{food}}'}]}
  - {messages: [{role: user, content: 'I hate {{food}}'}]}
args: [[{food: pizza}], [{food: apples}]]
params: {max_tokens: 10, n: 2}
`);
	expect(requests.map(({body}) => body.messages)).toEqual(
		['I like pizza', 'I like apples', 'I hate pizza', 'I hate apples'].map(content => [
			{role: 'user', content},
		]),
	);
	expect(requests[3]!.asked).toEqual({
		messages: [{role: 'user', content: 'I hate apples'}],
		messages_raw: [{role: 'user', content: 'I hate {{food}}'}],
		messages_args: [{food: 'apples'}],
	});
});

test('one dict serves a whole conversation; parts and unknown fields go out as they are', async () => {
	const [request] = await requestsOf(`
model: m
prompts:
  messages:
    - {role: system, content: 'You are {{who}}.'}
    - role: user
      name: ann
      content:
        - {type: text, text: 'Look, {{who}}'}
        - {type: image_url, image_url: {url: 'https://example.org/{{who}}.png'}}
    - {role: assistant, content: null, tool_calls: [{id: a}]}
args: {who: Bob}
`);
	expect(request!.body.messages).toEqual([
		{role: 'system', content: 'You are Bob.'},
		{
			role: 'user',
			name: 'ann',
			content: [
				{type: 'text', text: 'Look, Bob'},
				{type: 'image_url', image_url: {url: 'https://example.org/Bob.png'}},
			],
		},
		{role: 'assistant', content: null, tool_calls: [{id: 'a'}]},
	]);
	expect(request!.asked).toMatchObject({messages_args: {who: 'Bob'}});
});

describe('endpoints', () => {
	test.each([
		['completions', {model: 'm', prompt: 'Hi', n: 1}],
		['responses', {model: 'm', input: 'Hi', n: 1}],
		['embeddings', {model: 'm', input: 'Hi', n: 1}],
		['moderations', {model: 'm', input: 'Hi', n: 1}],
	])('%s', async (endpoint, body) => {
		const [request] = await requestsOf(`model: m\nendpoint: ${endpoint}\nprompts: Hi\nparams: {n: 1}\n`);
		expect(request!.body).toEqual(body);
		expect(Object.keys(request!.body)).toEqual(Object.keys(body));
		expect(request!.endpoint).toBe(endpoint);
	});

	test('responses take messages as input', async () => {
		const [request] = await requestsOf(
			'model: m\nendpoint: responses\nprompts: {messages: [{role: user, content: Hi}]}\n',
		);
		expect(request!.body).toEqual({model: 'm', input: [{role: 'user', content: 'Hi'}]});
	});

	test.each(['completions', 'embeddings', 'moderations'])('%s take no messages', async endpoint => {
		expect(
			await refusalOf(`model: m\nendpoint: ${endpoint}\nprompts: {messages: [{role: user, content: Hi}]}\n`),
		).toContain(`spec.yaml:3:10: a prompt with messages cannot go to the ${endpoint} endpoint.`);
	});
});

describe('a schema is sent as strict structured output', () => {
	const schema = '{title: My answer, type: object, properties: {}, additionalProperties: false}';
	const parsed = {title: 'My answer', type: 'object', properties: {}, additionalProperties: false};

	test('on chat after the params', async () => {
		const [request] = await requestsOf(`model: m\nprompts: Hi\nparams: {n: 1}\nschema: ${schema}\n`);
		const format = {type: 'json_schema', json_schema: {name: 'My_answer', strict: true, schema: parsed}};
		expect(request!.modelArgs).toEqual({n: 1, response_format: format});
		expect(Object.keys(request!.body)).toEqual(['model', 'messages', 'n', 'response_format']);
	});

	test('on responses inside of `text`', async () => {
		const [request] = await requestsOf(
			`model: m\nendpoint: responses\nprompts: Hi\nparams: {text: {verbosity: low}}\nschema: ${schema}\n`,
		);
		const format = {type: 'json_schema', name: 'My_answer', strict: true, schema: parsed};
		expect(request!.body).toEqual({model: 'm', input: 'Hi', text: {verbosity: 'low', format}});
	});
});

describe('axes', () => {
	test('model and params multiply inside of prompts and args', async () => {
		const requests = await requestsOf(
			'model: [a, b]\nprompts: ["{{x}}", "-{{x}}"]\nargs: [{x: 1}, {x: 2}]\nparams: [{t: 0}, {t: 1}]\n',
		);
		expect(requests).toHaveLength(16);
		expect(requests.slice(0, 6).map(({model, modelArgs, asked}) => [asked, model, modelArgs.t])).toEqual([
			[{prompt: '1', prompt_raw: '{{x}}', prompt_args: {x: 1}}, 'a', 0],
			[{prompt: '1', prompt_raw: '{{x}}', prompt_args: {x: 1}}, 'a', 1],
			[{prompt: '1', prompt_raw: '{{x}}', prompt_args: {x: 1}}, 'b', 0],
			[{prompt: '1', prompt_raw: '{{x}}', prompt_args: {x: 1}}, 'b', 1],
			[{prompt: '2', prompt_raw: '{{x}}', prompt_args: {x: 2}}, 'a', 0],
			[{prompt: '2', prompt_raw: '{{x}}', prompt_args: {x: 2}}, 'a', 1],
		]);
	});

	test('zip pairs lists and repeats single values', async () => {
		const requests = await requestsOf(
			'combine: zip\nmodel: m\nprompts: ["{{x}}", "-{{x}}"]\nargs: [{x: 1, id: a}, {x: 2}]\nparams: [{t: 0}, {t: 1}]\n',
		);
		expect(
			requests.map(({id, asked, modelArgs}) => [id, 'prompt' in asked && asked.prompt, modelArgs.t]),
		).toEqual([
			['a', '1', 0],
			['1', '-2', 1],
		]);
	});

	test('zip looks for values only where prompt and args meet', async () => {
		const requests = await requestsOf(
			'combine: zip\nmodel: m\nprompts: ["{{x}}", "{{y}}"]\nargs: [{x: 1}, {y: 2}]\n',
		);
		expect(requests.map(({asked}) => 'prompt' in asked && asked.prompt)).toEqual(['1', '2']);
	});

	test.each([
		[
			'model: [a, b]\nprompts: x\nparams: [{n: 1}]\ncombine: zip\n',
			'spec.yaml:4:10: `combine: zip` pairs lists of equal length, but `model` has 2 and `params` 1.',
		],
		[
			'model: m\nprompts: ["{{x}}", "{{x}}", "{{x}}"]\nargs: [{x: 1}]\ncombine: zip\n',
			'but `prompts` has 3 and `args` 1.',
		],
	])('unequal lists: %j', async (yaml, message) => {
		expect(await refusalOf(yaml)).toContain(message);
	});

	test('a file of rows is a list as long as its rows', async () => {
		const files = {
			'spec.yaml': 'model: [a, b]\nprompts: "{{x}}"\nargs: {file: r.csv}\ncombine: zip\n',
			'r.csv': 'x\n1\n2\n',
		};
		expect((await requestsOf(files)).map(({model, body}) => [model, body.messages])).toEqual([
			['a', [{role: 'user', content: '1'}]],
			['b', [{role: 'user', content: '2'}]],
		]);
		expect(await refusalOf({...files, 'r.csv': 'x\n1\n2\n3\n'})).toContain(
			'spec.yaml:3:14: `combine: zip` pairs lists of equal length, but `args` has 3 and `model` 2.',
		);
	});
});

describe('ids and what is carried along', () => {
	const rows = {'rows.csv': 'id,text,label,custom_id\na,one,x,c1\n,two,y,c2\n7,three,,\n'};

	test('one row, one request: the row names it, unused columns are carried', async () => {
		const requests = await requestsOf({
			'spec.yaml': 'model: m\nprompts: "{{text}}"\nargs: {file: rows.csv}\n',
			...rows,
		});
		expect(
			requests.map(({id, input, asked}) => [id, input, 'prompt_args' in asked && asked.prompt_args]),
		).toEqual([
			['a', {label: 'x', custom_id: 'c1'}, {text: 'one'}],
			['c2', {id: '', label: 'y'}, {text: 'two'}],
			['7', {label: '', custom_id: ''}, {text: 'three'}],
		]);
	});

	test('several requests a row: they are named by position, the row keeps its id', async () => {
		const requests = await requestsOf({
			'spec.yaml': 'model: [m, n]\nprompts: "{{text}}"\nargs: {file: rows.csv}\n',
			...rows,
		});
		expect(requests.map(({id}) => id)).toEqual(['0', '1', '2', '3', '4', '5']);
		expect(requests[1]!.input).toEqual({id: 'a', label: 'x', custom_id: 'c1'});
	});

	test('an id that a template uses is an arg as well', async () => {
		const requests = await requestsOf({
			'spec.yaml': 'model: m\nprompts: "{{id}} {{text}}"\nargs: {file: r.jsonl}\n',
			'r.jsonl': '{"id":5,"text":"t"}\n',
		});
		expect(requests[0]).toMatchObject({
			id: '5',
			asked: {prompt: '5 t', prompt_args: {id: 5, text: 't'}},
			input: {},
		});
	});
});

test('a million requests of a few rows cost no memory until they are asked for', async () => {
	const list = (count: number, item: (i: number) => string) =>
		Array.from({length: count}, (_, i) => item(i)).join(', ');
	const spec = await specOf(
		`model: m\nprompts: [${list(1000, i => `"${i} {{x}}"`)}]\nargs: [${list(1000, i => `{x: ${i}}`)}]\n`,
	);
	const source = openRequests(spec, await memoryInputs(spec));
	expect(source.count).toBe(1_000_000);
	expect(source.expand(999_999).body.messages).toEqual([{role: 'user', content: '999 999'}]);
	expect(source.expand(123_456).asked).toMatchObject({prompt: '123 456'});
});

test('more requests than a run can hold are refused', async () => {
	const list = (name: string) => `[${Array.from({length: 600}, (_, i) => `${name}${i}`).join(', ')}]`;
	const params = `[${Array.from({length: 600}, (_, i) => `{t: ${i}}`).join(', ')}]`;
	expect(await refusalOf(`model: ${list('m')}\nprompts: ${list('p')}\nparams: ${params}\n`)).toContain(
		'the spec gives 216000000 requests, more than 100000000.',
	);
});
