import {expect, test} from 'vitest';
import {type AccessFlags, resolveAccess} from '../../source/api/credentials.ts';
import {withEnvFile} from '../../source/api/env-file.ts';
import {proxyFrom} from '../../source/api/proxy.ts';
import type {ProviderConfig} from '../../source/domain/provider.ts';
import {UserError} from '../../source/domain/user-error.ts';

const openai: ProviderConfig = {
	name: 'openai',
	profile: 'openai',
	baseUrl: 'https://api.openai.com/v1',
	baseUrlIsDefault: true,
	apiKeyEnv: 'OPENAI_API_KEY',
	allowHttp: false,
	batch: null,
};
const custom: ProviderConfig = {
	name: 'custom',
	profile: null,
	baseUrl: 'http://127.0.0.1:11434/v1',
	baseUrlIsDefault: false,
	apiKeyEnv: null,
	allowHttp: false,
	batch: null,
};
const noFlags: AccessFlags = {baseUrl: null, apiKeyEnv: null, allowHttp: false};
const env = {OPENAI_API_KEY: 'sk-general-0001'};

function mistake(act: () => unknown): UserError {
	try {
		act();
	} catch (error) {
		if (error instanceof UserError) {
			return error;
		}

		throw error;
	}

	throw new Error('no mistake was found');
}

test('the key variable with the model in its name wins', () => {
	const {keyFor} = resolveAccess(openai, [], noFlags, {
		...env,
		OPENAI_API_KEY_gpt_4o: 'sk-for-4o',
		OPENAI_API_KEY_ft_a_b_1_5_x: ' sk-tuned\n',
		OPENAI_API_KEY_empty: '',
	});
	expect(keyFor('gpt-4o')).toBe('sk-for-4o');
	expect(keyFor('gpt-4o-mini')).toBe('sk-general-0001');
	expect(keyFor('ft:a/b-1.5 x')).toBe('sk-tuned');
	expect(keyFor('empty')).toBe('sk-general-0001');
});

test('the suffix works for any key variable', () => {
	const config = {...custom, apiKeyEnv: 'MY_KEY'};
	const {keyFor} = resolveAccess(config, ['llama3.1:70b'], noFlags, {MY_KEY_llama3_1_70b: 'secret-1'});
	expect(keyFor('llama3.1:70b')).toBe('secret-1');
	expect(mistake(() => keyFor('other')).message).toContain('MY_KEY is not set');
});

test('a missing key names its variable, before anything is sent', () => {
	for (const missing of [{}, {OPENAI_API_KEY: ''}, {OPENAI_API_KEY: ' '}, {OPENAI_API_KEY_other: 'x'}]) {
		const error = mistake(() => resolveAccess(openai, ['gpt-4o'], noFlags, missing));
		expect(error.message).toBe(
			'The variable OPENAI_API_KEY is not set; provider openai needs it for its key.',
		);
		expect(error.hint).toContain('.env');
		expect(error.exitCode).toBe(2);
	}

	const renamed = {...noFlags, apiKeyEnv: 'TEAM_KEY'};
	expect(mistake(() => resolveAccess(openai, ['gpt-4o'], renamed, env)).message).toContain('TEAM_KEY');
	expect(resolveAccess(openai, ['m'], renamed, {TEAM_KEY: 'team'}).keyFor('m')).toBe('team');
});

test('a key that no header can carry is refused without showing it', () => {
	for (const key of ['sk-a b', 'sk-a\r\nx-evil: 1', 'sk-“quoted”']) {
		const error = mistake(() => resolveAccess(openai, ['m'], noFlags, {OPENAI_API_KEY: key}));
		expect(error.message).toContain('OPENAI_API_KEY');
		expect(error.message + error.hint).not.toContain('sk-');
	}
});

test('a provider without a key variable is called without a key', () => {
	expect(resolveAccess(custom, ['gpt-4o'], noFlags, env).keyFor('gpt-4o')).toBeNull();
});

test('OPENAI_BASE_URL moves the openai profile only, and no address that the spec spells out', () => {
	const moved = {...env, OPENAI_BASE_URL: 'http://localhost:8080/v1'};
	const baseUrl = (config: ProviderConfig, flags = noFlags, variables: object = moved) =>
		resolveAccess(config, ['m'], flags, {...variables}).baseUrl;
	expect(baseUrl(openai)).toBe('http://localhost:8080/v1');
	expect(baseUrl(openai, noFlags, env)).toBe('https://api.openai.com/v1');
	expect(baseUrl(openai, noFlags, {...env, OPENAI_BASE_URL: ''})).toBe('https://api.openai.com/v1');
	expect(baseUrl({...openai, baseUrlIsDefault: false})).toBe('https://api.openai.com/v1');
	expect(baseUrl(custom)).toBe('http://127.0.0.1:11434/v1');
	expect(baseUrl(openai, {...noFlags, baseUrl: 'https://proxy.example/v1'})).toBe('https://proxy.example/v1');
	expect(baseUrl(custom, {...noFlags, baseUrl: 'https://proxy.example/v1'})).toBe('https://proxy.example/v1');
});

const azure: ProviderConfig = {
	...openai,
	name: 'azure',
	profile: 'azure',
	baseUrl: null,
	apiKeyEnv: 'AZURE_OPENAI_API_KEY',
};

test('Azure is where its variable says, with the path of its compatible API, and its key has a header of its own', () => {
	const key = {AZURE_OPENAI_API_KEY: 'azure-1'};
	const at = (address: string) =>
		resolveAccess(azure, ['m'], noFlags, {...key, AZURE_OPENAI_ENDPOINT: address}).baseUrl;
	expect(at('https://me.openai.azure.com')).toBe('https://me.openai.azure.com/openai/v1');
	expect(at('https://me.openai.azure.com/')).toBe('https://me.openai.azure.com/openai/v1');
	expect(at('https://me.openai.azure.com/openai/v1/')).toBe('https://me.openai.azure.com/openai/v1/');
	expect(resolveAccess(azure, ['m'], {...noFlags, baseUrl: 'https://x/v1'}, key)).toMatchObject({
		baseUrl: 'https://x/v1',
		keyHeader: 'api-key',
	});
	expect(mistake(() => resolveAccess(azure, ['m'], noFlags, key)).message).toBe(
		'The variable AZURE_OPENAI_ENDPOINT is not set; provider azure needs it for its address.',
	);
	const elsewhere = {...azure, baseUrl: 'https://eu/openai/v1', baseUrlIsDefault: false};
	expect(
		resolveAccess(elsewhere, ['m'], noFlags, {...key, AZURE_OPENAI_ENDPOINT: 'https://other'}).baseUrl,
	).toBe('https://eu/openai/v1');
});

test('OPENAI_BASE_URL moves no other profile', () => {
	const groq = {...openai, name: 'groq', profile: 'groq', baseUrl: 'https://api.groq.com/openai/v1'};
	const moved = {...env, OPENAI_BASE_URL: 'http://localhost:8080/v1'};
	expect(resolveAccess(groq, ['m'], noFlags, moved).baseUrl).toBe('https://api.groq.com/openai/v1');
});

test('organization and project go to the openai profile only', () => {
	const account = {...env, OPENAI_ORG_ID: 'org-1', OPENAI_PROJECT_ID: 'proj-1'};
	expect(resolveAccess(openai, ['m'], noFlags, account).headers).toEqual({
		'OpenAI-Organization': 'org-1',
		'OpenAI-Project': 'proj-1',
	});
	expect(resolveAccess(openai, ['m'], noFlags, env).headers).toEqual({});
	expect(resolveAccess(custom, ['m'], noFlags, account).headers).toEqual({});
});

test('plain http with a key stays on this machine unless it is allowed', () => {
	const at = (baseUrl: string, more: Partial<ProviderConfig> = {}) => ({
		...openai,
		baseUrl,
		baseUrlIsDefault: false,
		...more,
	});
	for (const near of [
		'http://localhost:1/v1',
		'http://127.0.0.1/v1',
		'http://127.9.8.7/v1',
		'http://[::1]:80',
		'http://A.localhost',
	]) {
		expect(resolveAccess(at(near), ['m'], noFlags, env).baseUrl).toBe(near);
	}

	for (const far of [
		'http://10.0.0.1/v1',
		'http://127.0.0.1.example/v1',
		'http://localhost.example',
		'http://[::2]',
	]) {
		const error = mistake(() => resolveAccess(at(far), ['m'], noFlags, env));
		expect(error.message).toMatch(/^base_url of provider openai would send the key over plain http to /);
		expect(resolveAccess(at(far), ['m'], {...noFlags, allowHttp: true}, env).baseUrl).toBe(far);
		expect(resolveAccess(at(far, {allowHttp: true}), ['m'], noFlags, env).baseUrl).toBe(far);
		expect(resolveAccess(at(far, {apiKeyEnv: null}), ['m'], noFlags, env).baseUrl).toBe(far);
	}
});

test('an address with a password, or that is none, is refused without repeating it', () => {
	for (const baseUrl of ['https://me:pass@host/v1', 'https://token@host/v1']) {
		const error = mistake(() => resolveAccess(openai, ['m'], {...noFlags, baseUrl}, env));
		expect(error.message).toBe('--base-url holds a user name or a password (before the @).');
	}

	for (const baseUrl of ['', 'api.openai.com/v1', 'ftp://host/v1', 'localhost:8080', 'file:///etc/passwd']) {
		const variables = {...env, OPENAI_BASE_URL: baseUrl};
		const act = () => resolveAccess(baseUrl ? openai : {...openai, baseUrl}, ['m'], noFlags, variables);
		expect(mistake(act).message).toMatch(
			/^(?:OPENAI_BASE_URL|base_url of provider openai) is not a web address\.$/,
		);
	}
});

test('a .env file adds variables and overrides none', () => {
	const text = 'OPENAI_API_KEY="from file"\nexport OTHER=1 # why\nEMPTY=full\n';
	expect(withEnvFile({EMPTY: '', UNSET: undefined}, text)).toEqual({
		OPENAI_API_KEY: 'from file',
		OTHER: '1',
		EMPTY: '',
	});
	expect(withEnvFile(env, text).OPENAI_API_KEY).toBe('sk-general-0001');
});

test('the proxy is read as curl reads it', () => {
	expect(proxyFrom({})).toBeNull();
	expect(proxyFrom({HTTPS_PROXY: ' '})).toBeNull();
	expect(proxyFrom({HTTPS_PROXY: 'http://a:1', https_proxy: 'http://b:2'})).toBe('http://b:2');
	expect(proxyFrom({HTTPS_PROXY: 'proxy:3128'})).toBe('http://proxy:3128');
	for (const wrong of ['socks5://a:1', 'http://', 'a b']) {
		expect(mistake(() => proxyFrom({HTTPS_PROXY: wrong})).message).toContain('HTTPS_PROXY');
	}
});
