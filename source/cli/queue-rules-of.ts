import {maxOutputOf} from '../api/max-output.ts';
import {type BodyCounter, loadBodyCounter} from '../api/token-count.ts';
import {estimateTokens} from '../domain/estimate.ts';
import {profileOf} from '../domain/provider.ts';
import type {QueueRules, TokenCounter} from '../domain/queue-rules.ts';
import type {JsonObject, RequestSource} from '../domain/request.ts';
import {defaultSettings, type RunSettings} from '../domain/settings.ts';
import type {RunState} from '../domain/state.ts';
import type {Spec} from '../spec/spec.ts';

type Queues = Pick<Spec, 'queues' | 'providers' | 'endpoint'> & {
	readonly requests?: Spec['requests'];
	readonly hasTurns?: boolean;
};

/** What is known about each queue beside its price. */
export function queueRulesOf({queues, providers, endpoint, ...asked}: Queues): QueueRules[] {
	const configs = new Map(providers.map(config => [config.name, config]));
	return queues.map(({key, provider, model}) => {
		const {batch = null, profile = null} = configs.get(provider) ?? {};
		const rules = {
			maxOutput: maxOutputOf(profile, model),
			...(profileOf(profile)?.holdsOneModel ? {holdsOneModel: true} : null),
		};
		if (batch === null) {
			return {...rules, hasBatch: false};
		}

		if (isInTurns(key, asked)) {
			return {
				...rules,
				hasBatch: false,
				noBatch: `${key} has requests of several turns, each of which waits for the answer before`,
			};
		}

		return batch.endpoints.includes(endpoint)
			? {...rules, hasBatch: true, batchFile: batch}
			: {...rules, hasBatch: false, noBatch: `${provider} has no Batch API for the ${endpoint} endpoint`};
	});
}

/** Of a file only some queues may have turns. A queue that was added since may get any of its requests. */
function isInTurns(
	key: string,
	{requests, hasTurns = false}: Pick<Queues, 'requests' | 'hasTurns'>,
): boolean {
	const scanned = requests?.scanned.queues.find(({info}) => info.key === key);
	return scanned?.hasTurns ?? hasTurns;
}

type Limits = Pick<RunSettings, 'limits' | 'batch' | 'remote'>;

/** Guesses until something hangs on the count. */
export type LoadedCounter = {
	readonly count: TokenCounter;
	/** The same by model, which may have no queue yet. */
	readonly ofModel: (model: string, body: JsonObject) => number;
	/** Counts exactly from now on: a person typed a ceiling. What is out by then stays held by the guess. */
	sharpen(): Promise<void>;
	/** Before a queue is added for a model: its requests shall be counted as well as the others. */
	prepare(model: string): Promise<void>;
};

/**
 * Guesses from the bytes unless something hangs on the count: a tokenizer costs 190 ms and 65 MB. Synchronous once
 * loaded.
 */
export async function loadTokenCounter(
	source: Pick<RequestSource, 'queues'>,
	rules: readonly QueueRules[],
	settings: RunSettings,
	{count, raisedCost}: Pick<RunState, 'count' | 'raisedCost'>,
): Promise<LoadedCounter> {
	const byModel = new Map<string, BodyCounter>();
	const prepared = new Set<string>();
	let isSharp = false;
	const load = async (models: Iterable<string>) => {
		const missing = [...new Set(models)].filter(model => !byModel.has(model));
		await Promise.all(missing.map(async model => byModel.set(model, await loadBodyCounter(model))));
	};
	const ofModel = (model: string, body: JsonObject) =>
		(isSharp ? byModel.get(model)?.count(body) : undefined) ?? estimateTokens(JSON.stringify(body));
	const loaded: LoadedCounter = {
		count: (queue, body) => ofModel(source.queues[queue]!.model, body),
		ofModel,
		async sharpen() {
			await load([...source.queues.map(({model}) => model), ...prepared]);
			isSharp = true;
			// What was prepared in the meantime.
			await load(prepared);
		},
		async prepare(model) {
			prepared.add(model);
			await load(isSharp ? [model] : []);
		},
	};
	if (countsExactly(settings) || raisedCost !== null || mayBatch(rules, settings, count)) {
		await loaded.sharpen();
	}

	return loaded;
}

/** The provider's own limit on enqueued tokens is met only with counts that are near the truth. */
function mayBatch(rules: readonly QueueRules[], {mode, batch}: RunSettings, count: number): boolean {
	return (
		rules.some(({hasBatch}) => hasBatch) &&
		(mode === 'batch' || (mode === 'auto' && count >= batch.minRequests))
	);
}

/** A limit on tokens or money that a person set hangs on the count; those by default are far away and rough. */
function countsExactly({limits, batch, remote}: Limits): boolean {
	return (
		[limits.task, limits.session, ...Object.values(limits.stages ?? {})].some(
			({tokens, costPico}) => tokens !== null || costPico !== null,
		) ||
		batch.maxTokens !== defaultSettings.batch.maxTokens ||
		batch.maxCostPico !== defaultSettings.batch.maxCostPico ||
		remote.maxTokens !== defaultSettings.remote.maxTokens ||
		remote.maxCostPico !== defaultSettings.remote.maxCostPico
	);
}
