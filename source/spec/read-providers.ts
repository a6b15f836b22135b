import {type ProviderConfig, plainBatch, profileOf, providerProfiles} from '../domain/provider.ts';
import {nearest} from './nearest.ts';
import {addressProblem, exposesKey} from './provider-address.ts';
import {specError} from './spec-error.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';
import type {DataPath} from './yaml-source.ts';

/** The name of a provider that is an address alone. */
export const inlineName = 'custom';

/** A provider as it may be written, under `provider` or `providers`. */
type Written = {
	readonly profile?: string | undefined;
	readonly base_url?: string | undefined;
	readonly api_key_env?: string | undefined;
	readonly batch?: boolean | undefined;
	readonly allow_http?: boolean | undefined;
};

/** Every provider that a model of this spec may name: the profiles, those of the spec, and the one written in place. */
export function readProviders(
	{provider, providers}: SpecInput,
	source: SpecSource,
): ReadonlyMap<string, ProviderConfig> {
	const known = new Map<string, ProviderConfig>();
	for (const name of Object.keys(providerProfiles)) {
		known.set(name, read(name, {profile: name}, [], source));
	}

	for (const [name, written] of Object.entries(providers ?? {})) {
		known.set(name, readNamed(name, written, source));
	}

	if (typeof provider === 'object') {
		if (known.has(inlineName)) {
			throw specError(
				source.where(['providers', inlineName], 'key'),
				`\`${inlineName}\` is the name of the address in \`provider\``,
				'Give this provider another name.',
			);
		}

		known.set(inlineName, read(inlineName, provider, ['provider'], source));
	}

	return known;
}

function readNamed(name: string, written: Written, source: SpecSource): ProviderConfig {
	const path: DataPath = ['providers', name];
	if (!/^[\w.-]+$/.test(name)) {
		throw specError(
			source.where(path, 'key'),
			`\`${name}\` cannot be the name of a provider`,
			'Write it with letters, digits, `_`, `-` and `.`.',
		);
	}

	// Who names a provider like a profile means that profile.
	const profile = written.profile ?? (profileOf(name) ? name : undefined);
	if (profile !== undefined && profileOf(profile) === null) {
		const profiles = Object.keys(providerProfiles);
		throw specError(
			source.where([...path, 'profile']),
			`there is no profile \`${profile}\`; the nearest is \`${nearest(profile, profiles)}\``,
			`Known are ${profiles.join(', ')}. Any other is a \`base_url\` without a profile.`,
		);
	}

	if (profile === undefined && written.base_url === undefined) {
		throw specError(
			source.where(path, 'key'),
			`the provider \`${name}\` has neither a \`profile\` nor a \`base_url\``,
			'For example: `{profile: groq}` or `{base_url: http://127.0.0.1:11434/v1}`.',
		);
	}

	return read(name, profile === undefined ? written : {...written, profile}, path, source);
}

/** `path`: where it stands in the spec. */
function read(name: string, written: Written, path: DataPath, source: SpecSource): ProviderConfig {
	const profile = profileOf(written.profile ?? null);
	const {base_url: address, allow_http: allowHttp = false} = written;
	const shown = path.join('.');
	const problem = address === undefined ? null : addressProblem(address);
	if (problem) {
		throw specError(
			source.where([...path, 'base_url']),
			`\`${shown}.base_url\` ${problem}`,
			'For example: `base_url: http://127.0.0.1:11434/v1`',
		);
	}

	const apiKeyEnv = written.api_key_env ?? profile?.apiKeyEnv ?? null;
	if (apiKeyEnv !== null && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(apiKeyEnv)) {
		throw specError(
			source.where([...path, 'api_key_env']),
			`\`${shown}.api_key_env\` must be the name of a variable`,
			'Put the key into the environment or a .env file and write the name of its variable here.',
		);
	}

	if (address !== undefined && !allowHttp && exposesKey(address, apiKeyEnv !== null)) {
		throw specError(
			source.where([...path, 'base_url']),
			'the key would travel unencrypted to a host that is not this machine',
			'Use https, or set `allow_http: true` if the network can be trusted.',
		);
	}

	const baseUrl = address?.replace(/\/+$/, '') ?? profile?.baseUrl ?? null;
	return {
		name,
		profile: written.profile ?? null,
		baseUrl,
		baseUrlIsDefault: address === undefined,
		apiKeyEnv,
		allowHttp,
		batch: batchOf(written, baseUrl),
	};
}

/** An address of Azure's with a deployment in it has no files and no batches behind it. */
function batchOf({profile, batch}: Written, baseUrl: string | null): ProviderConfig['batch'] {
	const offer = profileOf(profile ?? null)?.batch ?? null;
	if (batch === undefined) {
		return baseUrl?.includes('/deployments/') ? null : offer;
	}

	return batch ? (offer ?? plainBatch) : null;
}
