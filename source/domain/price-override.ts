/** Prices of the spec in USD per million tokens; they override the built-in table key by key. */
export type PriceRates = {
	readonly input?: number;
	readonly cached_input?: number;
	readonly output?: number;
	readonly batch_input?: number;
	readonly batch_output?: number;
};

/** Those of all models, and beside them those of single providers: by model, `default` for its others. */
export type PriceOverride = PriceRates & {
	readonly by?: {readonly [provider: string]: {readonly [model: string]: PriceRates}};
};

/** What a spec says of the price of one model: the narrower word wins, key by key. */
export function ratesFor(prices: PriceOverride | null, provider: string, model: string): PriceRates | null {
	if (prices === null) {
		return null;
	}

	const {by, ...all} = prices;
	const own = by !== undefined && Object.hasOwn(by, provider) ? by[provider]! : {};
	const narrow = (name: string) => (Object.hasOwn(own, name) ? own[name] : {});
	return {...all, ...narrow('default'), ...narrow(model)};
}
