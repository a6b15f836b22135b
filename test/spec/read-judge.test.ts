import {describe, expect, test} from 'vitest';
import {refusalOf, specOf} from './spec-folder.ts';

const head = 'model: gpt-4o\nprompts: Hi\n';
const template = '{INPUT_PROMPT} {OUTPUT_RESPONSE}';

function judging(judges: unknown, templates: unknown = {good: template}): string {
	return `${head}judge: ${JSON.stringify({judges, templates})}\n`;
}

function inFile(entry: unknown) {
	return {'spec.yaml': judging('judges.json'), 'judges.json': JSON.stringify({strict: entry})};
}

describe('judges that cannot be asked', () => {
	test.each([
		['none', judging({}), '`judge.judges` names none'],
		['no template', judging(['gpt-4o'], {}), '`judge.templates` names none'],
		['one twice', judging(['gpt-4o', 'gpt-4.1', 'gpt-4o']), '`gpt-4o` stands twice in `judge.judges`'],
		[
			'another model in the params',
			judging({strict: {model: 'gpt-4o', params: {model: 'gpt-4.1'}}}),
			'`model` cannot be set in the params of `strict`',
		],
		['an unknown provider', judging({strict: {provider: 'nope', model: 'm'}}), 'there is no provider `nope`'],
	])('%s', async (_, yaml, message) => {
		expect(await refusalOf(yaml)).toMatch(/^spec\.yaml:3:\d+: /);
		expect(await refusalOf(yaml)).toContain(message);
	});

	test.each([
		['an api that is no text', {api: 5, model_name: 'm'}, 'an api for `strict` that is no text'],
		['an empty model', {api: 'openai', model_name: ''}, 'names no model for `strict`'],
		[
			'parameters that are a text',
			{model_name: 'm', parameters: 'warm'},
			'parameters for `strict` that are no',
		],
		['parameters that are a list', {model_name: 'm', parameters: [1]}, 'parameters for `strict` that are no'],
		['messages', {model_name: 'm', parameters: {messages: []}}, '`messages` cannot be set in the params'],
	])('in a file: %s', async (_, entry, message) => {
		const refusal = await refusalOf(inFile(entry));
		expect(refusal).toMatch(/^spec\.yaml:3:\d+: /);
		expect(refusal).toContain(message);
	});

	test('two templates that are called alike, in folders of their own', async () => {
		const files = {
			'spec.yaml': judging(['gpt-4o'], ['a/good.txt', 'b/good.txt']),
			'a/good.txt': template,
			'b/good.txt': template,
		};
		expect(await refusalOf(files)).toContain('`good` stands twice in `judge.templates`');
	});
});

test('a judge of a prompto file has its api and parameters under their names there', async () => {
	const {judging: read, queues} = await specOf(
		inFile({api: 'azure-openai', model_name: 'm', parameters: {temperature: 0}}),
	);
	expect(queues[read!.judges[0]!.queue]).toMatchObject({provider: 'azure', model: 'm'});
	const gemini = await specOf(inFile({api: 'gemini', model_name: 'm', parameters: {max_output_tokens: 5}}));
	expect(gemini.judging!.judges[0]!.params).toEqual({max_tokens: 5});
});

test('models that rephrase may lie in such a file too', async () => {
	const {rephrasing} = await specOf({
		'spec.yaml': `${head}rephrase: {models: words.json, templates: ['{INPUT_PROMPT}']}\n`,
		'words.json': '{"other": {"api": "openai", "model_name": "gpt-4.1"}}',
	});
	expect(rephrasing!.models).toMatchObject([{name: 'other', model: 'gpt-4.1'}]);
});
