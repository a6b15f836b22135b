import {maxOutputOf} from '../api/max-output.ts';
import {type BodyCounter, loadBodyCounter} from '../api/token-count.ts';
import {estimateTokens} from '../domain/estimate.ts';
import {providerProfiles} from '../domain/provider.ts';
import type {QueueRules, TokenCounter} from '../domain/queue-rules.ts';
import type {QueueInfo} from '../domain/request.ts';
import {defaultSettings, type RunSettings} from '../domain/settings.ts';
import type {RunState} from '../domain/state.ts';
import type {Spec} from '../spec/spec.ts';

/** What is known about each queue of a spec beside its price. */
export function queueRulesOf({queues, providers}: Pick<Spec, 'queues' | 'providers'>): readonly QueueRules[] {
	const profiles = new Map(providers.map(({name, profile}) => [name, profile]));
	return queues.map(({provider, model}) => {
		const profile = profiles.get(provider) ?? null;
		const known = profile !== null && Object.hasOwn(providerProfiles, profile);
		return {hasBatch: known && providerProfiles[profile]!.batch, maxOutput: maxOutputOf(profile, model)};
	});
}

type Limits = Pick<RunSettings, 'limits' | 'batch' | 'remote'>;

/** Guesses until something hangs on the count. */
export type LoadedCounter = {
	readonly count: TokenCounter;
	/** Counts exactly from now on: a person typed a ceiling. What is out by then stays held by the guess. */
	sharpen(): Promise<void>;
};

/**
 * Guesses from the bytes unless something hangs on the count: a tokenizer costs 190 ms and 65 MB. Synchronous once
 * loaded.
 */
export async function loadTokenCounter(
	queues: readonly QueueInfo[],
	rules: readonly QueueRules[],
	settings: RunSettings,
	{count, raisedCost}: Pick<RunState, 'count' | 'raisedCost'>,
): Promise<LoadedCounter> {
	let counters: readonly BodyCounter[] | null = null;
	const loaded: LoadedCounter = {
		count: (queue, body) => counters?.[queue]?.count(body) ?? estimateTokens(JSON.stringify(body)),
		async sharpen() {
			counters ??= await Promise.all(queues.map(async ({model}) => loadBodyCounter(model)));
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
export function countsExactly({limits, batch, remote}: Limits): boolean {
	return (
		[limits.task, limits.session].some(({tokens, costPico}) => tokens !== null || costPico !== null) ||
		batch.maxTokens !== defaultSettings.batch.maxTokens ||
		batch.maxCostPico !== defaultSettings.batch.maxCostPico ||
		remote.maxTokens !== defaultSettings.remote.maxTokens ||
		remote.maxCostPico !== defaultSettings.remote.maxCostPico
	);
}
