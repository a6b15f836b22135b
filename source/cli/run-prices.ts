import {lookUpPrice, priceTable} from '../api/prices.ts';
import type {Price} from '../domain/price.ts';
import {ratesFor} from '../domain/price-override.ts';
import type {RunState} from '../domain/state.ts';
import type {Spec} from '../spec/spec.ts';

/**
 * The price of each queue of a spec, or of its run; null where nobody knows it. A run that was priced by the same table is not
 * priced again: the table is 2 MB of data.
 */
export async function pricesOf(
	spec: Pick<Spec, 'queues' | 'prices' | 'providers'>,
	state?: RunState,
): Promise<readonly (Price | null)[]> {
	const known = state?.queues.map(({price}) => price) ?? [];
	if (spec.prices === null && known.length > 0 && known.every(price => price?.source === priceTable)) {
		return known;
	}

	const profiles = new Map(spec.providers.map(({name, profile}) => [name, profile]));
	return Promise.all(
		(state?.queues.map(({info}) => info) ?? spec.queues).map(async ({provider, model}) =>
			lookUpPrice(profiles.get(provider) ?? null, model, ratesFor(spec.prices, provider, model)),
		),
	);
}
