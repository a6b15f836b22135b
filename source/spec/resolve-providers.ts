import type {ProviderConfig} from '../domain/provider.ts';
import type {QueueInfo} from '../domain/request.ts';
import {nearest} from './nearest.ts';
import {inlineName, readProviders} from './read-providers.ts';
import type {Axis, ModelItem} from './spec.ts';
import {specError} from './spec-error.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';
import type {DataPath} from './yaml-source.ts';

export type ResolvedProviders = {
	readonly providers: readonly ProviderConfig[];
	readonly models: Axis<ModelItem>;
	readonly queues: readonly QueueInfo[];
	/** Every provider that the spec could name. */
	readonly known: ReadonlyMap<string, ProviderConfig>;
	/** Where a model goes that names none. */
	readonly fallback: ProviderConfig;
};

/** The models of a spec with the provider that each goes to. */
export function resolveProviders(input: SpecInput, source: SpecSource): ResolvedProviders {
	const known = readProviders(input, source);
	const fallback = defaultProvider(input, known, source);
	const isList = Array.isArray(input.model);
	const written = [input.model ?? []].flat();
	const queues: QueueInfo[] = [];
	const used = new Map<string, ProviderConfig>();
	const items = written.map((item, i) => {
		const path: DataPath = isList ? ['model', i] : ['model'];
		const model = typeof item === 'string' ? item : item.model;
		const config =
			typeof item === 'string' ? fallback : lookUp(item.provider, known, [...path, 'provider'], source);
		used.set(config.name, config);
		const key = `${config.name}/${model}`;
		let queue = queues.findIndex(info => info.key === key);
		if (queue < 0) {
			queue = queues.push({key, provider: config.name, model}) - 1;
		}

		return {provider: config.name, model, queue};
	});

	return {providers: [...used.values()], models: {items, isList}, queues, known, fallback};
}

function defaultProvider(
	{provider = 'openai'}: SpecInput,
	known: ReadonlyMap<string, ProviderConfig>,
	source: SpecSource,
): ProviderConfig {
	return typeof provider === 'string'
		? lookUp(provider, known, ['provider'], source)
		: known.get(inlineName)!;
}

export function lookUp(
	name: string,
	known: ReadonlyMap<string, ProviderConfig>,
	path: DataPath,
	source: SpecSource,
): ProviderConfig {
	const config = known.get(name);
	if (!config && name.includes('://')) {
		throw specError(
			source.where(path),
			'an address must be written as `provider: {base_url: …}`',
			'For example: `provider: {base_url: http://127.0.0.1:11434/v1}`',
		);
	}

	if (!config) {
		throw specError(
			source.where(path),
			`there is no provider \`${name}\`; the nearest is \`${nearest(name, known.keys())}\``,
			`Known here: ${[...known.keys()].join(', ')}. Any other is \`provider: {base_url: …}\`.`,
		);
	}

	return config;
}
