import type {ProviderAccess} from '../api/clients.ts';
import {lookUpPrice} from '../api/prices.ts';
import type {Price} from '../domain/price.ts';
import {ratesFor} from '../domain/price-override.ts';
import type {QueueRules} from '../domain/queue-rules.ts';
import type {QueueInfo} from '../domain/request.ts';
import type {RunState} from '../domain/state.ts';
import {UserError} from '../domain/user-error.ts';
import type {Spec} from '../spec/spec.ts';
import {type LoadedCounter, queueRulesOf} from './queue-rules-of.ts';

/** A queue as a change needs to know it, whether it is there or only would be. */
export type ChangeTarget = {
	readonly info: QueueInfo;
	readonly price: Price | null;
	readonly rules: QueueRules;
	/** How much of their allowance its answers used so far. */
	readonly completion: readonly number[];
	readonly isThere: boolean;
};

export type TargetSources = {
	readonly spec: Pick<Spec, 'providers' | 'prices' | 'endpoint'>;
	readonly state: RunState;
	readonly queueRules: readonly QueueRules[];
	readonly counter: Pick<LoadedCounter, 'prepare'>;
	/** Empty in a simulated run: no key is needed there. */
	readonly providers: readonly ProviderAccess[];
};

export function targetAt(queue: number, {state, queueRules}: TargetSources): ChangeTarget {
	const {info, price, completion} = state.queues[queue]!;
	return {info, price, rules: queueRules[queue]!, completion, isThere: true};
}

/** The queue of a model; a sentence where its provider cannot be called with it. */
export async function findTarget(
	provider: string,
	model: string,
	sources: TargetSources,
): Promise<ChangeTarget | string> {
	const {spec, state, counter, providers} = sources;
	const info: QueueInfo = {key: `${provider}/${model}`, provider, model};
	const known = state.queues.findIndex(queue => queue.info.key === info.key);
	if (known >= 0) {
		return targetAt(known, sources);
	}

	try {
		providers.find(({name}) => name === provider)?.keyFor(model);
	} catch (error) {
		if (error instanceof UserError) {
			return error.message;
		}

		throw error;
	}

	const profile = spec.providers.find(({name}) => name === provider)?.profile ?? null;
	const price = await lookUpPrice(profile, model, ratesFor(spec.prices, provider, model));
	const [rules] = queueRulesOf({...spec, queues: [info]});
	await counter.prepare(model);
	return {info, price, rules: rules!, completion: [], isThere: false};
}
