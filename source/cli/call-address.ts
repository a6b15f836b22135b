import type {ProviderAccess} from '../api/clients.ts';
import {type Environment, keyVariable} from '../api/credentials.ts';
import {routes} from '../api/direct-transport.ts';
import {redactKey} from '../api/redact.ts';
import type {Endpoint, Request} from '../domain/request.ts';
import type {Spec} from '../spec/spec.ts';
import {curlText} from '../view/curl-text.ts';
import type {RunOptions} from './run-options.ts';

/** A request's call as curl, with the names of the variables in place of what they hold. */
export type CurlOf = (request: Request) => string;

const headerVariables: {readonly [header: string]: string} = {
	'OpenAI-Organization': 'OPENAI_ORG_ID',
	'OpenAI-Project': 'OPENAI_PROJECT_ID',
};

/** Knows where the calls of a session go. `providers` are those that it calls, the simulator in a simulated run. */
export function createCurl(
	spec: Spec,
	providers: readonly ProviderAccess[],
	{apiKeyEnv}: Pick<RunOptions, 'apiKeyEnv'>,
	env: Environment,
): CurlOf {
	return ({provider, model, endpoint, body}) => {
		const config = spec.providers.find(({name}) => name === provider);
		const access = providers.find(({name}) => name === provider);
		const variable = apiKeyEnv ?? config?.apiKeyEnv ?? null;
		const key = access?.keyFor(model) ?? null;
		const text = curlText({
			url: urlOf(access?.baseUrl ?? config?.baseUrl ?? '', endpoint),
			keyHeader: access?.keyHeader ?? 'authorization',
			keyVariable: key === null || variable === null ? null : keyVariable(variable, model, env),
			headers: Object.keys(access?.headers ?? {}).flatMap(name =>
				headerVariables[name] ? [{name, variable: headerVariables[name]}] : [],
			),
			body,
		});
		// A prompt may quote it.
		return redactKey(text, key);
	};
}

/** An address may have a query, Azure's `api-version`: the route goes before it. */
function urlOf(baseUrl: string, endpoint: Endpoint): string {
	const [address = '', query] = baseUrl.split('?');
	return `${address.replace(/\/$/, '')}${routes[endpoint]}${query === undefined ? '' : `?${query}`}`;
}
