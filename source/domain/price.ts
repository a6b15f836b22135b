import type {Picodollars} from './money.ts';

/** Tokens of one call as the API reported them. `cached` is the part of `input` that was read from a cache. */
export type Usage = {
	readonly input: number;
	readonly cached: number;
	readonly output: number;
};

export type Lane = 'direct' | 'batch';

/** Picodollars per token. */
export type Rates = {
	readonly input: number;
	readonly cachedInput: number;
	readonly output: number;
};

/**
 * What a model costs. Some models charge more for a long prompt: then `tiers` holds the rates that apply to the
 * whole call once its input passes `above` tokens, ascending. Prices are applied per call and then summed:
 * applied to a sum they would land in the wrong tier.
 */
export type Price = {
	readonly direct: Rates;
	readonly batch: Rates;
	readonly tiers: readonly {
		readonly above: number;
		readonly direct: Rates;
		readonly batch: Rates;
	}[];
	/** Where the figures are from, e.g. `genai-prices 0.1.8` or `spec`. */
	readonly source: string;
};

/** The cost of one call. Impossible counts (cached above input, negatives) are brought into range first. */
export function costOf(usage: Usage, price: Price, lane: Lane): Picodollars {
	const input = count(usage.input);
	const cached = Math.min(count(usage.cached), input);
	const output = count(usage.output);
	const tier = price.tiers.findLast(({above}) => input > above) ?? price;
	const rates = tier[lane];
	return (
		BigInt(input - cached) * BigInt(rates.input) +
		BigInt(cached) * BigInt(rates.cachedInput) +
		BigInt(output) * BigInt(rates.output)
	);
}

/**
 * The most that a call of at most so many tokens can cost: at the dearest rates of every tier that it may land in,
 * and whether its input is found in a cache or not.
 */
export function worstCost(
	{input, output}: Pick<Usage, 'input' | 'output'>,
	{direct, batch, tiers}: Price,
	lane: Lane,
): Picodollars {
	const reached = [{direct, batch}, ...tiers.filter(({above}) => input > above)].map(tier => tier[lane]);
	const inputRate = Math.max(...reached.map(rates => Math.max(rates.input, rates.cachedInput)));
	const outputRate = Math.max(...reached.map(rates => rates.output));
	return BigInt(count(input)) * BigInt(inputRate) + BigInt(count(output)) * BigInt(outputRate);
}

/** USD per million tokens, as price lists give it, to picodollars per token. */
export function rate(usdPerMillion: number): number {
	return Math.round(usdPerMillion * 1e6);
}

function count(tokens: number): number {
	return Number.isFinite(tokens) && tokens > 0 ? Math.trunc(tokens) : 0;
}
