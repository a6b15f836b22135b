import type {QueueInfo} from '../domain/request.ts';
import {nearest} from './nearest.ts';
import {specError} from './spec-error.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';

/** A price of something that is not asked is a price that somebody counts on and nobody heeds. */
export function checkPrices({prices}: SpecInput, queues: readonly QueueInfo[], source: SpecSource): void {
	for (const [provider, models] of Object.entries(prices?.by ?? {})) {
		const asked = queues.filter(info => info.provider === provider).map(({model}) => model);
		if (asked.length === 0) {
			const providers = [...new Set(queues.map(info => info.provider))];
			throw specError(
				source.where(['prices', 'by', provider], 'key'),
				`the spec asks no provider \`${provider}\`; the nearest is \`${nearest(provider, providers)}\``,
				`It asks ${providers.join(', ')}.`,
			);
		}

		const stray = Object.keys(models).find(model => model !== 'default' && !asked.includes(model));
		if (stray !== undefined) {
			throw specError(
				source.where(['prices', 'by', provider, stray], 'key'),
				`the spec asks ${provider} for no model \`${stray}\``,
				`It asks for ${asked.join(', ')}; \`default\` means those without prices of their own.`,
			);
		}
	}
}
