import {describe, expect, test} from 'vitest';
import {plain, specFor} from './requests-folder.ts';
import {refusalOf} from './spec-folder.ts';

describe('what is wrong with a row names its line', () => {
	test.each([
		['no prompt', {...plain, prompt: undefined}, 'the row has no `prompt`'],
		['no api', {...plain, api: ''}, 'the row has no `api`'],
		['no model', {...plain, model_name: null}, 'the row has no `model_name`'],
		['an unknown api', {...plain, api: 'opnai'}, 'there is no api `opnai`; the nearest is `openai`'],
		['vertexai', {...plain, api: 'vertexai'}, 'the api `vertexai` has no OpenAI-compatible address'],
		['quart', {...plain, api: 'quart'}, "the api `quart` is prompto's own server"],
		['test', {...plain, api: 'test'}, 'the api `test` is a test inside of prompto'],
		['parameters', {...plain, parameters: [1]}, '`parameters` must be an object, not a list'],
		['a model among them', {...plain, parameters: {model: 'x'}}, '`model` cannot stand in `parameters`'],
		['n', {...plain, parameters: {n: 0}}, '`n` must be a whole number of at least 1'],
		['a mode', {...plain, mode: 'talk'}, '`mode` must be chat or completion, not the text "talk"'],
		['a mode that every object has', {...plain, mode: 'constructor'}, '`mode` must be chat or completion'],
		['a filter', {...plain, safety_filter: 'all'}, '`safety_filter` must be one of none, few, some'],
		['a prompt', {...plain, prompt: 5}, '`prompt` must be text, a list of texts or a list of messages'],
		[
			'a role',
			{...plain, prompt: [{role: 'bot', content: 'x'}]},
			'message 1 of `prompt` has the role the text',
		],
		['no content', {...plain, prompt: [{role: 'user'}]}, 'message 1 of `prompt` has no `content`'],
		[
			'a video',
			{...plain, prompt: [{role: 'user', parts: [{type: 'video', media: 'a.mp4'}]}]},
			'message 1 of `prompt` holds a video, which the OpenAI-compatible endpoints do not take',
		],
		[
			'a conversation as completion',
			{...plain, mode: 'completion', prompt: ['a', 'b']},
			'the completions endpoint takes one text as its prompt',
		],
		['choices', {...plain, api: 'anthropic', parameters: {n: 2}}, 'the provider anthropic gives one choice'],
		[
			'an endpoint',
			{...plain, api: 'anthropic', mode: 'completion'},
			'the provider anthropic has no completions endpoint',
		],
		['a group', {...plain, group: {a: 1}}, '`group` must be text, not a map'],
		['an id', {...plain, id: 1.5}, 'the id 1.5 is too large to be exact, or a fraction'],
	])('%s', async (_, row, message) => {
		expect(await refusalOf(specFor([{...plain, id: 'first'}, row]))).toContain(`rows.jsonl:2: ${message}`);
	});

	test.each([
		['an address that every object has', {url: 'constructor'}, '`url` must be /v1/chat/completions'],
		[
			'messages that are none',
			{body: {model: 'm', messages: [null]}},
			'`body.messages` must be a list of messages',
		],
	])('of a batch input file: %s', async (_, other, message) => {
		const body = {model: 'm', messages: [{role: 'user', content: 'Hi'}]};
		const row = {custom_id: 'a', url: '/v1/chat/completions', body, ...other};
		expect(await refusalOf(specFor([row]))).toContain(`rows.jsonl:1: ${message}`);
	});

	test('an id twice, also where a position stands for one', async () => {
		expect(await refusalOf(specFor([{...plain, id: 'a'}, plain, {...plain, id: 'a'}]))).toContain(
			'rows.jsonl:3: the id `a` was used before, on line 1.',
		);
		expect(await refusalOf(specFor([{...plain, id: 1}, plain]))).toContain('rows.jsonl:2: the id `1`');
	});

	test('a table without a header, and one without rows', async () => {
		expect(await refusalOf(specFor('Hello,openai,gpt-4o\nHi,openai,gpt-4o\n', '', 'rows.csv'))).toContain(
			'rows.csv:1: there is no column `prompt`.',
		);
		expect(await refusalOf(specFor('prompt,api,model_name\n', '', 'rows.csv'))).toContain('0 requests');
		expect(
			await refusalOf(specFor('prompt,api,model_name,parameters\nx,openai,m,5\n', '', 'rows.csv')),
		).toContain('rows.csv:2: the cell of `parameters` is not a JSON object.');
	});
});

describe('beside `requests`', () => {
	test.each(['prompts: x', 'args: {a: 1}', 'model: m', 'combine: zip', 'template: python'])(
		'%s',
		async line => {
			expect(await refusalOf(specFor([plain], line))).toContain(
				`spec.yaml:2:1: \`${line.split(':')[0]}\` cannot stand beside \`requests\``,
			);
		},
	);

	test('a task', async () => {
		expect(await refusalOf(specFor([plain], 'task: ./task.mjs'))).toContain(
			'spec.yaml:2:1: `task` makes requests of its own and cannot stand beside `requests`.',
		);
	});

	test('several params, and two formats of the answer', async () => {
		expect(await refusalOf(specFor([plain], 'params: [{n: 1}, {n: 2}]'))).toContain('must be one dict');
		const rows = [{...plain, parameters: {response_format: {type: 'json_object'}}}];
		expect(await refusalOf(specFor(rows, 'schema: {type: object}'))).toContain(
			'rows.jsonl:1: the `schema` of the spec and `response_format` of the row both',
		);
	});

	test('a file that is not there, or of another kind', async () => {
		expect(await refusalOf({'spec.yaml': 'requests: {file: x.jsonl}\n'})).toContain('x.jsonl does not exist');
		expect(await refusalOf({'spec.yaml': 'requests: {file: x.txt}\n', 'x.txt': 'a'})).toContain(
			'spec.yaml:1:18: rows are read from files that end in .csv, .jsonl or .parquet.',
		);
	});
});
