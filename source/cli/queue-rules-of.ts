import {maxOutputOf} from '../api/max-output.ts';
import {providerProfiles} from '../domain/provider.ts';
import type {QueueRules} from '../domain/queue-rules.ts';
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
