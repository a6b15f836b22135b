import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {defaultSettings} from '../../source/domain/settings.ts';
import {readSpec, readSpecCopy} from '../../source/spec/read-spec.ts';
import {folderWith, refusalOf, specOf, writeInputs} from './spec-folder.ts';

const good = 'model: gpt-4o-mini\nprompts: I like {{food}}\nargs: {food: pizza}\n';

test('what the spec leaves open has its default', async () => {
	const spec = await specOf(good);
	expect(spec).toMatchObject({
		name: 'spec',
		endpoint: 'chat',
		combine: 'product',
		settings: defaultSettings,
		answer: {
			onTruncated: 'keep',
			onRefusal: 'fail',
			onContentFilter: 'fail',
			structured: false,
			endpoint: 'chat',
		},
		schema: null,
		schemaCheck: null,
		prices: null,
		files: [],
		warnings: [],
		queues: [{key: 'openai/gpt-4o-mini', provider: 'openai', model: 'gpt-4o-mini'}],
		providers: [
			{
				name: 'openai',
				profile: 'openai',
				baseUrl: 'https://api.openai.com/v1',
				baseUrlIsDefault: true,
				apiKeyEnv: 'OPENAI_API_KEY',
				allowHttp: false,
				batch: expect.objectContaining({multiplier: 0.5}),
			},
		],
	});
});

test('seconds of the spec are milliseconds of the settings', async () => {
	const {settings, prices} = await specOf(
		`${good}mode: direct\nrate: {concurrency: 3, rpm: 60, tpm: 9000, adaptive: false}\nretry: {max_retries: 4, initial_s: 0.5, max_s: 8, timeout_s: 1.5, max_waits: 7}\nprices: {input: 0.15, batch_output: 0}\n`,
	);
	expect(settings).toMatchObject({
		mode: 'direct',
		rate: {concurrency: 3, rpm: 60, tpm: 9000, adaptive: false},
		retry: {maxRetries: 4, initialMs: 500, maxMs: 8000, timeoutMs: 1500, maxWaits: 7},
	});
	expect(prices).toEqual({input: 0.15, batch_output: 0});
});

describe('providers', () => {
	test('an address is the provider `custom`, which model items may name beside a profile', async () => {
		const spec = await specOf(
			'provider: {base_url: http://127.0.0.1:11434/v1/, api_key_env: LOCAL_KEY}\nmodel: [llama, {provider: openai, model: gpt-4o}, {provider: custom, model: llama}]\nprompts: x\n',
		);
		expect(spec.providers).toEqual([
			{
				name: 'custom',
				profile: null,
				baseUrl: 'http://127.0.0.1:11434/v1',
				baseUrlIsDefault: false,
				apiKeyEnv: 'LOCAL_KEY',
				allowHttp: false,
				batch: null,
			},
			expect.objectContaining({name: 'openai'}),
		]);
		expect(spec.queues.map(({key}) => key)).toEqual(['custom/llama', 'openai/gpt-4o']);
		expect(spec.models.items.map(({queue}) => queue)).toEqual([0, 1, 0]);
	});

	test('without a key, or where it is allowed, plain http may leave the machine', async () => {
		const keyless = await specOf(`${good}provider: {base_url: "http://10.0.0.5:8000/v1"}\n`);
		expect(keyless.providers[0]).toMatchObject({apiKeyEnv: null, allowHttp: false});
		const allowed = await specOf(
			`${good}provider: {base_url: "http://10.0.0.5:8000/v1", api_key_env: K, allow_http: true}\n`,
		);
		expect(allowed.providers[0]).toMatchObject({apiKeyEnv: 'K', allowHttp: true});
	});

	test.each([
		['opnai', 'spec.yaml:4:11: there is no provider `opnai`; the nearest is `openai`.'],
		['{api_key_env: K}', 'spec.yaml:4:11: `provider.base_url` is missing.'],
		[
			'{base_url: ftp://x/v1}',
			'spec.yaml:4:22: `provider.base_url` must be an address that begins with http:// or https://.',
		],
		[
			'{base_url: "http://example.org/v1", api_key_env: K}',
			'spec.yaml:4:22: the key would travel unencrypted to a host that is not this machine.',
		],
		[
			'{base_url: "http://127.0.0.1.example.org/v1", api_key_env: K}',
			'spec.yaml:4:22: the key would travel unencrypted to a host that is not this machine.',
		],
	])('%s', async (provider, message) => {
		expect(await refusalOf(`${good}provider: ${provider}\n`)).toContain(message);
	});

	test.each([
		'{base_url: "https://ann:hunter2@example.org/v1"}',
		'{base_url: "https://example.org/v1", api_key_env: "sk-hunter2"}',
		'{base_url: "https://example.org/v1", api_key_env: {key: hunter2}}',
		'{base_url: "https://example.org/v1", api_key: hunter2}',
		'https://ann:hunter2@example.org/v1',
	])('a secret in the spec is refused and not repeated: %s', async provider => {
		expect(await refusalOf(`${good}provider: ${provider}\n`)).not.toContain('hunter2');
	});

	test('an unknown provider of a model is named at its place', async () => {
		expect(await refusalOf('model: [m, {provider: custom, model: m}]\nprompts: x\n')).toContain(
			'spec.yaml:1:23: there is no provider `custom`',
		);
	});
});

describe('params', () => {
	test.each([
		[
			'params: {model: x}',
			'spec.yaml:4:10: `model` cannot be set in `params`: the key `model` of the spec gives it.',
		],
		[
			'params: [{n: 1}, {stream: true}]',
			'spec.yaml:4:19: `stream` cannot be set in `params`: answers are read whole.',
		],
		['params: {n: 0}', 'spec.yaml:4:13: `params.n` must be a whole number of at least 1.'],
		[
			'params: {response_format: {type: json_object}}\nschema: {type: object}',
			'spec.yaml:4:10: `schema` and `params.response_format` both give the format of the answer.',
		],
		[
			'endpoint: responses\nparams: {text: {format: {type: text}}}\nschema: {type: object}',
			'spec.yaml:5:10: `schema` and `params.text` both give the format of the answer.',
		],
		[
			'endpoint: responses\nparams: [{}, {max_tokens: 5}]',
			'spec.yaml:5:15: the responses endpoint has no `max_tokens`. | It is `max_output_tokens` there.',
		],
		[
			'params: {max_output_tokens: 5}',
			'spec.yaml:4:10: the chat endpoint has no `max_output_tokens`. | It is `max_tokens` there.',
		],
		[
			'endpoint: responses\nparams: {response_format: {type: json_object}}',
			'spec.yaml:5:10: the responses endpoint has no `response_format`. | It is `text` there.',
		],
		[
			'endpoint: responses\nparams: {n: 2}',
			'spec.yaml:5:10: the responses endpoint has no `n`. | Remove it.',
		],
		[
			'endpoint: completions\nparams: {tools: []}',
			'spec.yaml:5:10: the completions endpoint has no `tools`.',
		],
		[
			'endpoint: embeddings\nparams: {max_tokens: 5}',
			'the embeddings endpoint has no `max_tokens`. | Remove it.',
		],
		[
			'prompts_per_call: 7',
			'spec.yaml:4:19: `prompts_per_call` works on the completions endpoint only, and this spec uses chat. | Remove it, or write `endpoint: completions`.',
		],
	])('%j', async (lines, message) => {
		expect(await refusalOf(`${good}${lines}\n`)).toContain(message);
	});
});

describe('the schema of answers', () => {
	const schema = {
		type: 'object',
		properties: {mood: {type: 'string'}},
		required: ['mood'],
		additionalProperties: false,
	};

	test('is read from JSON, tabs and all, and from YAML', async () => {
		for (const name of ['a.json', 'a.yaml']) {
			const files = {'spec.yaml': `${good}schema: ${name}\n`, [name]: JSON.stringify(schema, null, '\t')};
			const spec = await specOf(files);
			expect(spec.schema).toEqual(schema);
			expect(spec.answer).toMatchObject({structured: true, onTruncated: 'retry'});
			expect(spec.schemaCheck?.({mood: 'good'})).toBeNull();
			expect(spec.schemaCheck?.({mood: 5})).toBe('mood must be string');
			expect(spec.warnings).toEqual([]);
		}
	});

	test('that strict structured output would refuse gets a warning', async () => {
		const {warnings} = await specOf(
			`${good}schema: {type: object, properties: {a: {}, b: {}}, required: [a]}\n`,
		);
		expect(warnings.map(text => text.replace(/.*spec\.yaml/, 'spec.yaml'))).toEqual([
			"spec.yaml:4:9: the schema lacks `additionalProperties: false`, which OpenAI's strict structured output needs.",
			"spec.yaml:4:9: the schema does not require b, which OpenAI's strict structured output needs.",
		]);
	});

	test.each([
		['schema: nope.json', 'spec.yaml:4:9: nope.json does not exist. | A file'],
		['schema: {type: objekt}', 'spec.yaml:4:9: not a valid JSON Schema: '],
		['schema: {$ref: "https://example.org/x.json"}', 'spec.yaml:4:9: not a valid JSON Schema: '],
		['schema: bad.json', 'bad.json:2:1: not valid YAML: '],
		['schema: list.json', 'list.json:1:1: a JSON Schema must be an object, not a list.'],
		[
			'schema: {type: object}\nendpoint: embeddings',
			'spec.yaml:4:1: the embeddings endpoint has no structured output.',
		],
	])('%j', async (line, message) => {
		const files = {'spec.yaml': `${good}${line}\n`, 'bad.json': '{"type": "object"\n', 'list.json': '[]'};
		expect(await refusalOf(files)).toContain(message);
	});
});

test('numbers that YAML changes, and placeholders that are none, are warned of', async () => {
	const {warnings} = await specOf(
		"model: m\nprompts: 'Send {{zip}} to {{Street Name}}'\nargs: {zip: 02139}\n",
	);
	expect(warnings.map(text => text.replace(/.*spec\.yaml/, 'spec.yaml'))).toEqual([
		'spec.yaml:2:10: `{{Street Name}}` is sent as plain text: a name holds no spaces.',
		'spec.yaml:3:13: 02139 is read as the number 2139; quote it to keep it as written.',
	]);
});

test('rows that no prompt uses are warned of', async () => {
	const files = {'spec.yaml': 'model: m\nprompts: "{text}"\nargs: {file: r.csv}\n', 'r.csv': 'text\na\n'};
	const {warnings} = await specOf(files);
	expect(warnings).toEqual([
		expect.stringMatching(/spec\.yaml:3:14: no prompt uses a column of .*r\.csv: every row asks the same\.$/),
	]);
});

describe('prompt files', () => {
	test('give their text without the last line break', async () => {
		const files = {
			'spec.yaml': 'model: m\nprompts: [{file: p/a.md}]\n',
			'p/a.md': '\uFEFFOne\r\n\r\nTwo\r\n',
		};
		expect((await specOf(files)).prompts.items[0]?.raw).toBe('One\n\nTwo');
	});

	test.each([
		['p.md', 'I like\n  {{fod}}\n', 'p.md:2:3: {{fod}} has no value in the args. | Did you mean {{food}}?'],
		['p.md', '\n', 'spec.yaml:2:17: p.md is empty.'],
		['q.md', '', 'spec.yaml:2:17: p.md does not exist.'],
	])('%s %j', async (name, text, message) => {
		const files = {'spec.yaml': 'model: m\nprompts: {file: p.md}\nargs: {food: x}\n', [name]: text};
		expect(await refusalOf(files)).toContain(message);
	});

	test('a broken python template is refused at its place', async () => {
		const files = {
			'spec.yaml': 'model: m\nprompts: {file: p.md}\ntemplate: python\n',
			'p.md': 'a\nb {c:d}\n',
		};
		expect(await refusalOf(files)).toContain('p.md:2:3: `{c:d}` is not a name;');
	});
});

test('the copy in a run directory is read like the original, whatever its paths', async () => {
	const folder = folderWith({
		'specs/food.yaml': `model: m\nprompts: [{file: ../p/a.md}, {file: b/a.md}]\nargs: {food: pizza}\nschema: ../spec.yaml\n`,
		'p/a.md': 'I like {{food}}',
		'specs/b/a.md': 'I hate {{food}}',
		'spec.yaml': '{type: object, additionalProperties: false, properties: {}}',
	});
	const spec = await readSpec(path.join(folder, 'specs/food.yaml'));
	await writeInputs(spec, path.join(folder, 'run/inputs'));
	const copy = await readSpecCopy(path.join(folder, 'run/inputs'));
	expect(copy.files.map(({name, stored}) => [name, stored])).toEqual([
		['../p/a.md', 'a.md'],
		['b/a.md', '2-a.md'],
		['../spec.yaml', '3-spec.yaml'],
	]);
	expect(copy.name).toBe('food');
	expect(copy.identity).toEqual(spec.identity);
	expect(copy.prompts).toEqual(spec.prompts);
	expect(copy.schema).toEqual(spec.schema);
});
