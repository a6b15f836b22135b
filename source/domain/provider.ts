/** What is known about a provider before a run: data, one line each. Part D adds the others. */
export type ProviderProfile = {
	readonly baseUrl: string;
	/** The variable that holds the key; null: called without a key. */
	readonly apiKeyEnv: string | null;
	/** Has an OpenAI-compatible Batch API. */
	readonly batch: boolean;
	/** Batch price as a part of the direct price, where the price table gives none. */
	readonly batchMultiplier: number;
};

export const providerProfiles: {readonly [name: string]: ProviderProfile} = {
	openai: {
		baseUrl: 'https://api.openai.com/v1',
		apiKeyEnv: 'OPENAI_API_KEY',
		batch: true,
		batchMultiplier: 0.5,
	},
};

/** A provider as the spec names it: a profile, perhaps with its own address, or an address alone. */
export type ProviderConfig = {
	/** The profile's name, or `custom` for an address without one, or the name in `providers:`. */
	readonly name: string;
	readonly profile: string | null;
	readonly baseUrl: string;
	/** True when the address is the profile's default, which `OPENAI_BASE_URL` may replace. */
	readonly baseUrlIsDefault: boolean;
	readonly apiKeyEnv: string | null;
	/** Plain http with a key to a host that is not loopback was allowed. */
	readonly allowHttp: boolean;
};

/** Prices of the spec in USD per million tokens; they override the built-in table key by key. */
export type PriceOverride = {
	readonly input?: number;
	readonly cached_input?: number;
	readonly output?: number;
	readonly batch_input?: number;
	readonly batch_output?: number;
};
