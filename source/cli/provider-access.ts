import type {ProviderAccess} from '../api/clients.ts';
import {type Environment, resolveAccess} from '../api/credentials.ts';
import {UserError} from '../domain/user-error.ts';
import type {Spec} from '../spec/spec.ts';
import type {RunOptions} from './run-options.ts';

/** Where the calls of each provider go and with which key. Throws a UserError where that cannot be. */
export function accessOf(
	spec: Pick<Spec, 'providers' | 'queues'>,
	options: RunOptions,
	env: Environment,
): readonly ProviderAccess[] {
	if (options.baseUrl !== null && spec.providers.length > 1) {
		throw new UserError(
			`--base-url is one address, but the spec names ${spec.providers.length} providers.`,
			'Give each provider its base_url under providers in the spec.',
		);
	}

	if (options.apiKeyEnv !== null && spec.providers.length > 1) {
		throw new UserError(
			`--api-key-env is one variable, but the spec names ${spec.providers.length} providers.`,
			'Give each provider its api_key_env under providers in the spec.',
		);
	}

	return spec.providers.map(config =>
		resolveAccess(
			config,
			spec.queues.filter(({provider}) => provider === config.name).map(({model}) => model),
			options,
			env,
		),
	);
}

/** In a simulated run every provider is the simulator, and no key leaves the process. */
export function simulatedAccess(spec: Pick<Spec, 'providers'>, url: string): readonly ProviderAccess[] {
	return spec.providers.map(({name}) => ({name, baseUrl: url, keyFor: () => null}));
}
