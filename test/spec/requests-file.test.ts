import {describe, expect, test} from 'vitest';
import type {Request} from '../../source/domain/request.ts';
import {jsonl, plain, type Row, specFor} from './requests-folder.ts';
import {refusalOf, requestsOf, specOf} from './spec-folder.ts';

/** An experiment of two models, four forms of prompt and two groups. */
const experiment: readonly Row[] = [
	{id: 0, ...plain, parameters: {n: 2, temperature: 1, max_tokens: 100}, group: 'a', expected_response: 'x'},
	{
		id: 1,
		...plain,
		model_name: 'gpt-3.5-turbo',
		parameters: {temperature: 0.5, stop: ['.', '!']},
		group: 'b',
	},
	{id: 2, ...plain, prompt: ['How does trade create jobs?', 'A joke about that, please'], group: 'a'},
	{
		id: 3,
		...plain,
		prompt: [
			{role: 'system', content: 'Be brief.'},
			{role: 'user', content: 'Hi, "you"'},
		],
	},
	{id: 4, ...plain, api: 'ollama', model_name: 'llama3', parameters: {num_predict: 5}},
	{
		id: 5,
		...plain,
		api: 'gemini',
		model_name: 'gemini-1.5-pro',
		parameters: {max_output_tokens: 7},
		group: 'b',
	},
];

/** The same rows as a table, parameters in columns of their own. */
function csvTwin(rows: readonly Row[]): string {
	const names = [...new Set(rows.flatMap(({parameters}) => Object.keys((parameters as Row) ?? {})))];
	const columns = [...new Set(rows.flatMap(row => Object.keys(row)))].filter(key => key !== 'parameters');
	const cell = (value: unknown) =>
		value === undefined
			? ''
			: `"${(typeof value === 'string' ? value : JSON.stringify(value)).replaceAll('"', '""')}"`;
	const line = (row: Row) =>
		[
			...columns.map(key => cell(row[key])),
			...names.map(name => cell((row.parameters as Row | undefined)?.[name])),
		].join(',');
	const header = [...columns, ...names.map(name => `parameters-${name}`)].join(',');
	return [header, ...rows.map(line), ''].join('\n');
}

const bodies = (requests: readonly Request[]) => requests.map(({body}) => body);

test('a prompto experiment: each row is a request, as it stands', async () => {
	const requests = await requestsOf(specFor(experiment));
	expect(bodies(requests)).toEqual([
		{
			model: 'gpt-4o',
			messages: [{role: 'user', content: plain.prompt}],
			n: 2,
			temperature: 1,
			max_tokens: 100,
		},
		{
			model: 'gpt-3.5-turbo',
			messages: [{role: 'user', content: plain.prompt}],
			temperature: 0.5,
			stop: ['.', '!'],
		},
		{model: 'gpt-4o', messages: [{role: 'user', content: 'How does trade create jobs?'}]},
		{
			model: 'gpt-4o',
			messages: [
				{role: 'system', content: 'Be brief.'},
				{role: 'user', content: 'Hi, "you"'},
			],
		},
		{model: 'llama3', messages: [{role: 'user', content: plain.prompt}], max_tokens: 5},
		{model: 'gemini-1.5-pro', messages: [{role: 'user', content: plain.prompt}], max_tokens: 7},
	]);
	expect(requests.map(({provider, queue}) => `${provider} ${queue}`)).toEqual([
		'openai 0',
		'openai 1',
		'openai 0',
		'openai 0',
		'ollama 2',
		'gemini 3',
	]);
	expect(requests.map(({id}) => id)).toEqual(['0', '1', '2', '3', '4', '5']);
	expect(requests[0]!.input).toEqual({group: 'a', expected_response: 'x'});
	expect(requests[0]!.modelArgs).toEqual({n: 2, temperature: 1, max_tokens: 100});
	expect(requests.map(({turns}) => turns)).toEqual([
		undefined,
		undefined,
		['How does trade create jobs?', 'A joke about that, please'],
		undefined,
		undefined,
		undefined,
	]);
	expect(requests[3]!.asked).toEqual({
		messages: experiment[3]!.prompt,
		messages_raw: experiment[3]!.prompt,
		messages_args: {},
	});
	expect(requests[2]!.asked).toMatchObject({prompt: experiment[2]!.prompt, prompt_args: {}});
});

test('its CSV twin gives the same requests', async () => {
	const files = specFor(csvTwin(experiment), '', 'rows.csv');
	expect(await requestsOf(files)).toEqual(await requestsOf(specFor(experiment)));
});

test('only the prefix `parameters-` is one, empty cells are skipped, and text stays text', async () => {
	const [request] = await requestsOf(
		specFor(
			'prompt,api,model_name,my-parameters-n,parameters-n,parameters-user,parameters-stop,parameters\n' +
				'[not a list,openai,m,7,,007,"""5""","{""seed"": 1}"\n',
			'',
			'rows.csv',
		),
	);
	expect(request!.body).toEqual({
		model: 'm',
		messages: [{role: 'user', content: '[not a list'}],
		seed: 1,
		user: '007',
		stop: '5',
	});
	expect(request!.input).toEqual({'my-parameters-n': '7'});
});

test('the messages of Gemini and media become those of the OpenAI-compatible endpoint', async () => {
	const [request] = await requestsOf(
		specFor([
			{
				...plain,
				api: 'gemini',
				prompt: [
					{role: 'user', parts: 'Hello'},
					{role: 'model', parts: ['Hi.']},
					{
						role: 'user',
						parts: [
							'Look:',
							{type: 'image', media: 'https://example.com/a.png'},
							{type: 'text', media: 'What is it?'},
						],
					},
				],
			},
		]),
	);
	expect(request!.body.messages).toEqual([
		{role: 'user', content: 'Hello'},
		{role: 'assistant', content: [{type: 'text', text: 'Hi.'}]},
		{
			role: 'user',
			content: [
				{type: 'text', text: 'Look:'},
				{type: 'image_url', image_url: {url: 'https://example.com/a.png'}},
				{type: 'text', text: 'What is it?'},
			],
		},
	]);
});

test('completions by `mode`, and by the endpoint of the spec', async () => {
	const [request] = await requestsOf(specFor([{...plain, mode: 'completion'}]));
	expect(request).toMatchObject({endpoint: 'completions', body: {model: 'gpt-4o', prompt: plain.prompt}});
	const [other] = await requestsOf(specFor([plain], 'endpoint: responses'));
	expect(other).toMatchObject({endpoint: 'responses', body: {model: 'gpt-4o', input: plain.prompt}});
});

test('params of the spec fill in what a row does not say, and a schema goes to all', async () => {
	const rest =
		'params: {max_tokens: 9, temperature: 0}\nschema: {type: object, properties: {}, required: [], additionalProperties: false}';
	const [request] = await requestsOf(specFor([{...plain, parameters: {temperature: 1}}], rest));
	expect(request!.body).toMatchObject({
		max_tokens: 9,
		temperature: 1,
		response_format: {type: 'json_schema'},
	});
});

describe('a batch input file', () => {
	const line = (custom_id: string, body: Row, url = '/v1/chat/completions') => ({
		custom_id,
		method: 'POST',
		url,
		body,
	});

	test('each line is a request, its body untouched, its custom_id the id', async () => {
		const messages = [{role: 'user', content: 'Hi'}];
		const body = {model: 'gpt-4o-mini', max_tokens: 5, messages, logit_bias: {'1': 2}};
		const requests = await requestsOf(
			specFor([line('task 1', body), line('task 2', {...body, model: 'gpt-4o'})]),
		);
		expect(bodies(requests)).toEqual([body, {...body, model: 'gpt-4o'}]);
		expect(requests.map(({id, queue}) => `${id}: ${queue}`)).toEqual(['task 1: 0', 'task 2: 1']);
		expect(requests[0]!.asked).toEqual({messages, messages_raw: messages, messages_args: {}});
		expect(requests[0]!.input).toEqual({});
	});

	test('goes to the provider of the spec', async () => {
		const rows = [line('a', {model: 'llama', messages: [{role: 'user', content: 'Hi'}]})];
		const spec = await specOf(specFor(rows, 'provider: ollama'));
		expect(spec.queues).toEqual([{key: 'ollama/llama', provider: 'ollama', model: 'llama'}]);
	});

	test.each([
		['/v1/embeddings', {model: 'e', input: ['a', 'b']}, 'embeddings', {prompt: ['a', 'b']}],
		['/v1/responses', {model: 'r', input: 'Hi'}, 'responses', {prompt: 'Hi'}],
		['/completions', {model: 'c', prompt: 'Hi'}, 'completions', {prompt: 'Hi'}],
		['/v1/moderations', {model: 'm', input: 'Hi'}, 'moderations', {prompt: 'Hi'}],
	])('of %s', async (url, body, endpoint, asked) => {
		const [request] = await requestsOf(specFor([line('a', body, url)]));
		expect(request).toMatchObject({endpoint, body, asked});
	});

	test.each([
		['no url', {custom_id: 'a', body: {model: 'm'}}, ':1: a line of a batch input file must have a `url`.'],
		['another url', line('a', {model: 'm'}, '/v1/images'), 'not the text "/v1/images"'],
		['no body', {custom_id: 'a', url: '/v1/responses'}, ':1: `body` is missing.'],
		['no model', line('a', {messages: []}), ':1: `body.model` must be the name of a model.'],
		['no messages', line('a', {model: 'm', prompt: 'x'}), ':1: `body.messages` is missing.'],
		['a stream', line('a', {model: 'm', stream: true}), ':1: `body.stream` cannot be set'],
		['GET', {...line('a', {model: 'm'}), method: 'GET'}, ':1: `method` must be POST'],
	])('refused: %s', async (_, row, message) => {
		expect(await refusalOf(specFor([row]))).toContain(`rows.jsonl${message.startsWith(':') ? message : ''}`);
		expect(await refusalOf(specFor([row]))).toContain(message);
	});

	test('two endpoints in one file', async () => {
		const rows = [
			line('a', {model: 'm', messages: [{role: 'user', content: 'Hi'}]}),
			line('b', {model: 'e', input: 'a'}, '/v1/embeddings'),
		];
		expect(await refusalOf(specFor(rows))).toContain(
			'rows.jsonl:2: the row is for the embeddings endpoint, but line 1 for chat.',
		);
	});
});

test('a part of the rows, as of any file of rows', async () => {
	const rows = Array.from({length: 50}, (_, n) => ({
		...plain,
		id: n,
		model_name: n < 10 ? 'first' : 'gpt-4o',
	}));
	const some = async (keys: string) => {
		const files = {'spec.yaml': `requests: {file: rows.jsonl, ${keys}}\n`, 'rows.jsonl': jsonl(rows)};
		const {queues} = await specOf(files);
		return [(await requestsOf(files)).map(({id}) => id), queues.map(({model}) => model)];
	};
	expect(await some('offset: 8, limit: 3')).toEqual([
		['8', '9', '10'],
		['first', 'gpt-4o'],
	]);
	expect(await some('limit: 2')).toEqual([['0', '1'], ['first']]);
	const [sampled] = await some('offset: 20, sample: 5, seed: 3');
	expect(sampled).toHaveLength(5);
	expect(sampled!.every(id => Number(id) >= 20)).toBe(true);
});

test('params count for what is checked', async () => {
	const turns = [{...plain, prompt: ['a', 'b']}];
	expect(await refusalOf(specFor(turns, 'params: {n: 2}'))).toContain(
		'rows.jsonl:1: `n` asks for several answers at once, and a turn follows one answer.',
	);
	expect(await refusalOf(specFor([{...plain, api: 'anthropic'}], 'params: {n: 2}'))).toContain(
		'the provider anthropic gives one choice a call',
	);
	const {requests} = await specOf(specFor([plain], 'params: {n: 3, max_tokens: 5}'));
	expect(requests!.scanned).toMatchObject({mostChoices: 3, queues: [{isBounded: true}]});
});

test('what goes unheeded is said once', async () => {
	const rows = [{...plain, safety_filter: 'none'}, plain, {...plain, safety_filter: 'most'}];
	const {warnings} = await specOf(specFor(rows));
	expect(warnings).toHaveLength(1);
	expect(warnings[0]).toMatch(/rows\.jsonl:1: `safety_filter` is not sent: .* \(2 rows in all\)\.$/);
});

test('the names of prompto for Azure and TGI, and those of `providers`', async () => {
	const rows = ['azure-openai', 'huggingface-tgi', 'vertexai'].map(api => ({...plain, api}));
	const rest = 'providers: {vertexai: {base_url: "https://example.com/v1", api_key_env: V}}';
	const {queues} = await specOf(specFor(rows, rest));
	expect(queues.map(({provider}) => provider)).toEqual(['azure', 'tgi', 'vertexai']);
});
