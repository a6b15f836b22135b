import {maxOutputOf} from '../api/max-output.ts';
import {loadBodyCounter} from '../api/token-count.ts';
import {estimateTokens} from '../domain/estimate.ts';
import {providerProfiles} from '../domain/provider.ts';
import type {QueueRules, TokenCounter} from '../domain/queue-rules.ts';
import type {QueueInfo} from '../domain/request.ts';
import {defaultSettings, type RunSettings} from '../domain/settings.ts';
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

/**
 * Guesses from the bytes unless something hangs on the count: a tokenizer costs 190 ms and 65 MB. Synchronous once
 * loaded. `count`: requests of the run.
 */
export async function loadTokenCounter(
	queues: readonly QueueInfo[],
	rules: readonly QueueRules[],
	settings: RunSettings,
	count: number,
): Promise<TokenCounter> {
	if (!countsExactly(settings) && !mayBatch(rules, settings, count)) {
		return (_, body) => estimateTokens(JSON.stringify(body));
	}

	const counters = await Promise.all(queues.map(async ({model}) => loadBodyCounter(model)));
	return (queue, body) => counters[queue]!.count(body);
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
