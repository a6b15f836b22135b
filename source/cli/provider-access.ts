import type {ProviderAccess} from '../api/clients.ts';
import {type Environment, resolveAccess} from '../api/credentials.ts';
import type {ProviderConfig} from '../domain/provider.ts';
import {UserError} from '../domain/user-error.ts';
import type {Spec} from '../spec/spec.ts';
import type {RunOptions} from './run-options.ts';

type Asked = Pick<Spec, 'providers' | 'queues'>;

/** Where the calls of each provider go and with which key. Throws a UserError where that cannot be. */
export function accessOf(spec: Asked, options: RunOptions, env: Environment): readonly ProviderAccess[] {
	refuseSharedFlags(spec, options);
	return spec.providers.map(config => accessTo(config, spec, options, env));
}

/** Everything that keeps the providers of a spec from being called, a sentence each. */
export function accessObstacles(spec: Asked, options: RunOptions, env: Environment): readonly string[] {
	const flags = obstacleOf(() => refuseSharedFlags(spec, options));
	return flags.length > 0
		? flags
		: spec.providers.flatMap(config => obstacleOf(() => accessTo(config, spec, options, env)));
}

function obstacleOf(attempt: () => unknown): readonly string[] {
	try {
		attempt();
		return [];
	} catch (error) {
		if (error instanceof UserError) {
			return [`${error.message} ${error.hint}`];
		}

		throw error;
	}
}

/** One address or one key for several providers would hand the key of one to another. */
function refuseSharedFlags({providers}: Asked, {baseUrl, apiKeyEnv}: RunOptions): void {
	if (providers.length > 1 && baseUrl !== null) {
		throw new UserError(
			`--base-url is one address, but the spec names ${providers.length} providers.`,
			'Give each provider its base_url under providers in the spec.',
		);
	}

	if (providers.length > 1 && apiKeyEnv !== null) {
		throw new UserError(
			`--api-key-env is one variable, but the spec names ${providers.length} providers.`,
			'Give each provider its api_key_env under providers in the spec.',
		);
	}
}

function accessTo(config: ProviderConfig, {queues}: Asked, options: RunOptions, env: Environment) {
	const models = queues.filter(({provider}) => provider === config.name).map(({model}) => model);
	return resolveAccess(config, models, options, env);
}

/** In a simulated run every provider is the simulator, and no key leaves the process. */
export function simulatedAccess(spec: Pick<Spec, 'providers'>, url: string): readonly ProviderAccess[] {
	return spec.providers.map(({name}) => ({name, baseUrl: url, keyFor: () => null}));
}
