import type {ModelPrice} from '@pydantic/genai-prices';
import {type Price, type Rates, rate} from '../domain/price.ts';
import type {PriceRates} from '../domain/price-override.ts';
import {profileOf} from '../domain/provider.ts';

/** The package does not let its own version be read; a test holds this to what is installed. */
export const priceTable = 'genai-prices 0.1.8';

/**
 * What a model costs, from the built-in table and the spec's `prices`, key by key; null when neither knows.
 *
 * `profile` is the provider's profile, null or unknown for an address of the user's own: a local model that is
 * called gpt-4o must not be priced as OpenAI's.
 */
export async function lookUpPrice(
	profile: string | null,
	model: string,
	override: PriceRates | null,
): Promise<Price | null> {
	const known = profileOf(profile);
	const listed = known === null || known.priceId === null ? null : await listedPrices(known.priceId, model);
	const table = listed === null ? null : readTable(listed);
	const spec = override ?? {};
	if (table === null && (spec.input === undefined || spec.output === undefined)) {
		return null;
	}

	const multiplier = known?.batch?.multiplier ?? 1;
	const [base, ...tiers] = (table ?? [{above: 0, rates: {}}]).map(({above, rates}) => ({
		above,
		...bothLanes(rates, spec, multiplier),
	}));
	return {direct: base!.direct, batch: base!.batch, tiers, source: sourceOf(table !== null, spec)};
}

/** The package's data are 2 MB, so it is loaded only when a price is asked for. */
async function listedPrices(providerId: string, model: string): Promise<ModelPrice | null> {
	const {calcPrice} = await import('@pydantic/genai-prices');
	return calcPrice({}, model, {providerId})?.model_price ?? null;
}

/** USD per million tokens. */
type ListedRates = {
	readonly input?: number;
	readonly cachedInput?: number;
	readonly output?: number;
};

type ListedTier = {
	/** The rates hold for calls with more input tokens than this. */
	readonly above: number;
	readonly rates: ListedRates;
};

/** Null for a model that is not priced by input tokens, such as one for speech. */
function readTable(listed: ModelPrice): readonly ListedTier[] | null {
	const {input_mtok: input, cache_read_mtok: cachedInput, output_mtok: output} = listed;
	if (input === undefined) {
		// The table's way to say free: OpenAI's moderation models.
		return Object.keys(listed).length === 0 ? [{above: 0, rates: {input: 0, output: 0}}] : null;
	}

	const starts = [input, cachedInput, output].flatMap(price =>
		typeof price === 'object' ? price.tiers.map(tier => tier.start) : [],
	);
	return [...new Set([0, ...starts])]
		.sort((a, b) => a - b)
		.map(above => ({
			above,
			rates: {
				input: priceAbove(input, above),
				...(cachedInput === undefined ? {} : {cachedInput: priceAbove(cachedInput, above)}),
				// Embeddings have no output to price.
				output: output === undefined ? 0 : priceAbove(output, above),
			},
		}));
}

function priceAbove(price: NonNullable<ModelPrice[string]>, above: number): number {
	return typeof price === 'number'
		? price
		: (price.tiers.findLast(({start}) => start <= above && start > 0)?.price ?? price.base);
}

/**
 * Rates that are not given follow from the spec's own figure before the table's: who overrides `input` pays other
 * prices than the table's, and a cached or a batch price of that table would be too low as easily as too high.
 */
function bothLanes(
	listed: ListedRates,
	spec: PriceRates,
	multiplier: number,
): {readonly direct: Rates; readonly batch: Rates} {
	const input = spec.input ?? listed.input!;
	const output = spec.output ?? listed.output!;
	const cachedInput =
		spec.cached_input ?? (spec.input === undefined ? listed.cachedInput : undefined) ?? input;
	return {
		direct: {input: rate(input), cachedInput: rate(cachedInput), output: rate(output)},
		batch: {
			input: rate(spec.batch_input ?? input * multiplier),
			cachedInput: rate(
				spec.batch_input !== undefined && spec.cached_input === undefined
					? spec.batch_input
					: cachedInput * multiplier,
			),
			output: rate(spec.batch_output ?? output * multiplier),
		},
	};
}

function sourceOf(listed: boolean, spec: PriceRates): string {
	const overrides = Object.values(spec).some(price => price !== undefined);
	return [...(listed ? [priceTable] : []), ...(overrides ? ['spec'] : [])].join(', ');
}
