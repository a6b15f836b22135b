import {type ProviderConfig, profileOf} from '../domain/provider.ts';
import type {Endpoint} from '../domain/request.ts';
import type {Spec} from './spec.ts';
import {specError} from './spec-error.ts';
import type {SpecSource} from './spec-source.ts';

type Asked = Pick<Spec, 'endpoint' | 'providers' | 'models' | 'params' | 'combine' | 'schema'>;

/** Refuses what a provider of the spec does not offer, and says what it will not heed. */
export function checkProviders(asked: Asked, source: SpecSource): readonly string[] {
	for (const config of asked.providers) {
		refuseEndpoint(config, asked.endpoint, source);
		refuseChoices(config, asked, source);
	}

	return asked.schema === null ? [] : schemaWarnings(asked.providers, source);
}

function refuseEndpoint({name, profile}: ProviderConfig, endpoint: Endpoint, source: SpecSource): void {
	const offered = profileOf(profile)?.endpoints;
	if (offered && !offered.includes(endpoint)) {
		throw specError(
			source.where(['endpoint']),
			`the provider ${name} has no ${endpoint} endpoint`,
			`It has ${offered.join(', ')}. An address that has more is a \`base_url\` without a profile.`,
		);
	}
}

function refuseChoices(config: ProviderConfig, asked: Asked, source: SpecSource): void {
	const {models, params, combine} = asked;
	const most = profileOf(config.profile)?.maxChoices ?? null;
	const arePaired = combine === 'zip' && models.isList && params.isList;
	const position = params.items.findIndex(
		({params: {n}}, at) =>
			most !== null &&
			typeof n === 'number' &&
			n > most &&
			models.items.some(({provider}, model) => provider === config.name && (!arePaired || model === at)),
	);
	if (position >= 0) {
		throw specError(
			source.where([...(params.isList ? ['params', position] : ['params']), 'n']),
			`the provider ${config.name} gives one choice a call`,
			'Remove `n`. For more answers, ask the same several times.',
		);
	}
}

function schemaWarnings(providers: readonly ProviderConfig[], source: SpecSource): readonly string[] {
	const warnings: string[] = [];
	for (const {name, profile} of providers) {
		const {schema} = profileOf(profile) ?? {schema: 'kept'};
		if (schema === 'refused') {
			throw specError(
				source.where(['schema'], 'key'),
				`the provider ${name} takes no JSON Schema`,
				'Remove `schema` and ask for JSON in the prompt, with `params: {response_format: {type: json_object}}`.',
			);
		}

		if (schema === 'ignored') {
			warnings.push(
				`${source.where(['schema'], 'key')}: the provider ${name} does not look at a schema: tell the model in the prompt. Answers are checked all the same.`,
			);
		}
	}

	return warnings;
}
