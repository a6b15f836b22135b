import {lookUpPrice} from '../api/prices.ts';
import type {Price} from '../domain/price.ts';
import type {Spec} from '../spec/spec.ts';

/** The price of each queue of a spec; null where nobody knows it. */
export async function pricesOf(spec: Spec): Promise<readonly (Price | null)[]> {
	const profiles = new Map(spec.providers.map(({name, profile}) => [name, profile]));
	return Promise.all(
		spec.queues.map(async ({provider, model}) =>
			lookUpPrice(profiles.get(provider) ?? null, model, spec.prices),
		),
	);
}
