import {type ProviderConfig, profileOf} from '../domain/provider.ts';
import {UserError} from '../domain/user-error.ts';
import {checkBaseUrl, checkEncryption} from './base-url.ts';
import type {ProviderAccess} from './clients.ts';
import {noteKey} from './known-keys.ts';

export type Environment = {readonly [name: string]: string | undefined};

/** What the command line says about where to send. */
export type AccessFlags = {
	/** `--base-url`: replaces every other address of the provider. */
	readonly baseUrl: string | null;
	/** `--api-key-env`: replaces the variable that holds the key. */
	readonly apiKeyEnv: string | null;
	/** `--allow-http` */
	readonly allowHttp: boolean;
};

/**
 * Where a provider's calls go and with which key, for the models that the run uses. Throws a UserError for a
 * missing key, an address that cannot be used, or one that a key must not be sent to.
 */
export function resolveAccess(
	config: ProviderConfig,
	models: readonly string[],
	flags: AccessFlags,
	env: Environment,
): ProviderAccess {
	const {name, profile} = config;
	const {address, origin} = addressOf(config, flags, env);
	const baseUrl = checkBaseUrl(address, origin);
	const variable = flags.apiKeyEnv ?? config.apiKeyEnv;
	const keyFor = (model: string) => (variable === null ? null : readKey(variable, name, model, env));
	if (models.some(model => keyFor(model) !== null)) {
		checkEncryption(baseUrl, origin, flags.allowHttp || config.allowHttp);
	}

	const keyHeader = profileOf(profile)?.keyHeader ?? 'authorization';
	return {name, baseUrl, keyFor, keyHeader, headers: profile === 'openai' ? accountHeaders(env) : {}};
}

/** A variable moves a profile that is at its own address, but never overrules an address that the spec spells out. */
function addressOf(
	{name, profile, baseUrl, baseUrlIsDefault}: ProviderConfig,
	flags: AccessFlags,
	env: Environment,
): {readonly address: string; readonly origin: string} {
	if (flags.baseUrl !== null) {
		return {address: flags.baseUrl, origin: '--base-url'};
	}

	const {addressEnvs, addressPath} = profileOf(profile) ?? {addressEnvs: [], addressPath: ''};
	const variable = baseUrlIsDefault ? addressEnvs.find(candidate => env[candidate]?.trim()) : undefined;
	if (variable !== undefined) {
		const address = env[variable]!.trim();
		return {
			address: variable === 'OPENAI_BASE_URL' ? address : withPath(address, addressPath),
			origin: variable,
		};
	}

	if (baseUrl === null) {
		throw new UserError(
			`The variable ${addressEnvs[0]} is not set; provider ${name} needs it for its address.`,
			`Set it, or write \`base_url\` for the provider under \`providers\` in the spec.`,
		);
	}

	return {address: baseUrl, origin: `base_url of provider ${name}`};
}

/** These variables hold a host, and sometimes a whole address already. */
function withPath(address: string, path: string): string {
	return URL.canParse(address) && new URL(address).pathname === '/'
		? address.replace(/\/$/, '') + path
		: address;
}

/** The variable that a model's key is read from: `OPENAI_API_KEY_gpt_4o` wins over `OPENAI_API_KEY` for model gpt-4o. */
export function keyVariable(variable: string, model: string, env: Environment): string {
	const specific = `${variable}_${model.replaceAll(/[-/.: ]/g, '_')}`;
	return env[specific]?.trim() ? specific : variable;
}

function readKey(variable: string, provider: string, model: string, env: Environment): string {
	const used = keyVariable(variable, model, env);
	const key = env[used]?.trim() ?? '';
	if (key === '') {
		throw new UserError(
			`The variable ${variable} is not set; provider ${provider} needs it for its key.`,
			`Set it, write ${variable}=… into a .env file, or try the run with --simulate.`,
		);
	}

	noteKey(key);
	return checkHeaderValue(key, used);
}

function accountHeaders(env: Environment): Readonly<Record<string, string>> {
	const headers: Record<string, string> = {};
	for (const [variable, header] of [
		['OPENAI_ORG_ID', 'OpenAI-Organization'],
		['OPENAI_PROJECT_ID', 'OpenAI-Project'],
	] as const) {
		const value = env[variable]?.trim();
		if (value) {
			headers[header] = checkHeaderValue(value, variable);
		}
	}

	return headers;
}

/** Visible ASCII: else the HTTP client would refuse every call, with an error that does not say why. */
function checkHeaderValue(value: string, variable: string): string {
	if (!/^[\x21-\x7E]+$/.test(value)) {
		throw new UserError(
			`The value of ${variable} holds a space, a line break or a character that is not ASCII.`,
			'Copy it again without quotes or invisible characters.',
		);
	}

	return value;
}
