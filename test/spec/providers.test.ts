import {describe, expect, test} from 'vitest';
import {ratesFor} from '../../source/domain/price-override.ts';
import {providerProfiles} from '../../source/domain/provider.ts';
import {refusalOf, requestsOf, specOf} from './spec-folder.ts';

const good = 'model: m\nprompts: x\n';

test.each(Object.entries(providerProfiles))('%s is there by its name alone', async (name, profile) => {
	const {providers, queues} = await specOf(`${good}provider: ${name}\n`);
	expect(queues.map(({key}) => key)).toEqual([`${name}/m`]);
	expect(providers).toEqual([
		{
			name,
			profile: name,
			baseUrl: profile.baseUrl,
			baseUrlIsDefault: true,
			apiKeyEnv: profile.apiKeyEnv,
			allowHttp: false,
			batch: profile.batch,
		},
	]);
	expect(profile.endpoints).toEqual(expect.arrayContaining([...(profile.batch?.endpoints ?? ['chat'])]));
});

describe('named providers', () => {
	test('three in one spec have a queue each, and requests of each', async () => {
		const yaml = [
			'providers:',
			'  local: {base_url: "http://127.0.0.1:11434/v1/"}',
			'  eu: {profile: azure, base_url: "https://eu.example.org/openai/v1", api_key_env: EU_KEY, batch: false}',
			'model: [gpt-4o-mini, {provider: local, model: llama}, {provider: eu, model: depl}]',
			'prompts: [a, b]',
			'',
		].join('\n');
		const {providers, queues} = await specOf(yaml);
		expect(queues.map(({key}) => key)).toEqual(['openai/gpt-4o-mini', 'local/llama', 'eu/depl']);
		expect(providers.slice(1)).toEqual([
			{
				name: 'local',
				profile: null,
				baseUrl: 'http://127.0.0.1:11434/v1',
				baseUrlIsDefault: false,
				apiKeyEnv: null,
				allowHttp: false,
				batch: null,
			},
			{
				name: 'eu',
				profile: 'azure',
				baseUrl: 'https://eu.example.org/openai/v1',
				baseUrlIsDefault: false,
				apiKeyEnv: 'EU_KEY',
				allowHttp: false,
				batch: null,
			},
		]);
		const requests = await requestsOf(yaml);
		expect(requests.map(({provider, body, queue}) => [provider, body.model, queue])).toEqual([
			['openai', 'gpt-4o-mini', 0],
			['local', 'llama', 1],
			['eu', 'depl', 2],
			['openai', 'gpt-4o-mini', 0],
			['local', 'llama', 1],
			['eu', 'depl', 2],
		]);
	});

	test('one that is called like a profile has it', async () => {
		const {providers} = await specOf(
			`${good}provider: groq\nproviders: {groq: {base_url: "https://proxy.example.org/v1"}}\n`,
		);
		expect(providers[0]).toMatchObject({
			profile: 'groq',
			apiKeyEnv: 'GROQ_API_KEY',
			baseUrl: 'https://proxy.example.org/v1',
			baseUrlIsDefault: false,
			batch: {maxBytes: 100e6},
		});
	});

	test.each([
		['{base_url: "https://x.org/v1", batch: true}', {multiplier: 1}],
		['{base_url: "https://x.org/v1"}', null],
		['{profile: openai, batch: false}', null],
		['{profile: together, batch: true}', {multiplier: 1}],
		['{profile: azure, base_url: "https://x.org/openai/deployments/d?api-version=2024-10-21"}', null],
		['{profile: azure, base_url: "https://x.org/openai/v1"}', {endpoints: ['chat', 'responses']}],
	])('the Batch API of %s', async (written, batch) => {
		const {providers} = await specOf(`${good}provider: mine\nproviders: {mine: ${written}}\n`);
		expect(providers[0]!.batch).toEqual(batch === null ? null : expect.objectContaining(batch));
	});

	test.each([
		['{mine: {}}', 'spec.yaml:4:13: the provider `mine` has neither a `profile` nor a `base_url`.'],
		['{mine: {profile: grok}}', 'spec.yaml:4:29: there is no profile `grok`; the nearest is `groq`.'],
		['{"my own": {profile: groq}}', 'spec.yaml:4:13: `my own` cannot be the name of a provider.'],
		['{mine: {base_url: x}}', 'spec.yaml:4:30: `providers.mine.base_url` must be an address'],
		['{mine: {key: secret-1}}', 'spec.yaml:4:20: `key` is not a key of `providers.mine`'],
		['{mine: {profile: groq, api_key_env: sk-1}}', '`providers.mine.api_key_env` must be the name'],
		[
			'{mine: {profile: groq, base_url: "http://example.org/v1"}}',
			'the key would travel unencrypted to a host that is not this machine.',
		],
	])('%s is refused', async (providers, message) => {
		const refusal = await refusalOf(`${good}# names\nproviders: ${providers}\n`);
		expect(refusal).toContain(message);
		expect(refusal).not.toContain('secret-1');
	});

	test('a name that nobody has is refused where it stands, beside those that there are', async () => {
		expect(
			await refusalOf(
				'model: {provider: lokal, model: m}\nprompts: x\nproviders: {local: {profile: vllm}}\n',
			),
		).toMatch(
			/^spec\.yaml:1:19: there is no provider `lokal`; the nearest is `local`\. \| Known here: openai, .*, local\./,
		);
	});
});

describe('what a provider does not have is refused before anything is sent', () => {
	test.each([
		[
			'anthropic',
			'endpoint: embeddings',
			'spec.yaml:4:11: the provider anthropic has no embeddings endpoint. | It has chat.',
		],
		['azure', 'endpoint: moderations', 'the provider azure has no moderations endpoint'],
		['deepseek', 'endpoint: completions', 'the provider deepseek has no completions endpoint'],
		['groq', 'params: {n: 2}', 'spec.yaml:4:13: the provider groq gives one choice a call.'],
		[
			'anthropic',
			'params: [{n: 1}, {n: 3}]',
			'spec.yaml:4:22: the provider anthropic gives one choice a call.',
		],
		['deepseek', 'schema: {type: object}', 'spec.yaml:4:1: the provider deepseek takes no JSON Schema.'],
	])('%s with %s', async (provider, line, message) => {
		expect(await refusalOf(`model: m\nprompts: x\nprovider: ${provider}\n${line}\n`)).toContain(message);
	});

	test('one model of several is enough, and in a zip only its own params count', async () => {
		const models = 'model: [gpt-4o, {provider: groq, model: m}]\n';
		expect(await refusalOf(`${models}prompts: x\nendpoint: embeddings\n`)).toContain(
			'groq has no embeddings',
		);
		const zip = `${models}combine: zip\nprompts: [x, y]\n`;
		await specOf(`${zip}params: [{n: 2}, {n: 1}]\n`);
		expect(await refusalOf(`${zip}params: [{n: 1}, {n: 2}]\n`)).toContain('groq gives one choice');
	});

	test('what is not heeded is a warning', async () => {
		const {warnings} = await specOf(
			`${good}provider: anthropic\nschema: {type: object, properties: {}, required: [], additionalProperties: false}\n`,
		);
		expect(warnings).toEqual([expect.stringContaining('anthropic does not look at a schema')]);
	});
});

describe('prices of one provider', () => {
	const spec = 'model: [gpt-4o, {provider: ollama, model: llama}]\nprompts: x\n';

	test('are those of a model, else of its provider, else of all, key by key', async () => {
		const {prices} = await specOf(
			`${spec}prices: {output: 3, by: {ollama: {default: {input: 0, output: 0}, llama: {output: 1}}}}\n`,
		);
		expect(ratesFor(prices, 'openai', 'gpt-4o')).toEqual({output: 3});
		expect(ratesFor(prices, 'ollama', 'llama')).toEqual({input: 0, output: 1});
		expect(ratesFor(prices, 'ollama', 'constructor')).toEqual({input: 0, output: 0});
		expect(ratesFor(null, 'ollama', 'llama')).toBeNull();
	});

	test.each([
		[
			'{by: {olama: {default: {input: 0}}}}',
			'spec.yaml:3:15: the spec asks no provider `olama`; the nearest is `ollama`.',
		],
		['{by: {ollama: {lama: {input: 0}}}}', 'spec.yaml:3:24: the spec asks ollama for no model `lama`.'],
		['{by: {ollama: {default: {input: -1}}}}', 'prices.by.ollama.default.input'],
		['{by: {ollama: {input: 0}}}', 'prices.by.ollama.input'],
	])('%s is refused', async (prices, message) => {
		expect(await refusalOf(`${spec}prices: ${prices}\n`)).toContain(message);
	});
});
