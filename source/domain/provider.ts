import type {Endpoint} from './request.ts';

/** A Batch API as OpenAI's: files with one request a line, and batches made of them. */
export type BatchOffer = {
	/** The endpoints that its lines may name. */
	readonly endpoints: readonly Endpoint[];
	/** Batch price as a part of the direct price, where the price table gives none. */
	readonly multiplier: number;
	/** What one file may hold. */
	readonly maxRequests: number;
	readonly maxBytes: number;
};

/** What is known about a provider before a run: data, one entry each. */
export type ProviderProfile = {
	/** Null: everyone has an address of their own, which the spec or a variable gives. */
	readonly baseUrl: string | null;
	/** Variables that give another address, the first one set counts; `addressPath` follows where they hold a host alone. */
	readonly addressEnvs: readonly string[];
	readonly addressPath: string;
	/** The variable that holds the key; null: called without a key. */
	readonly apiKeyEnv: string | null;
	/** The header that carries the key. */
	readonly keyHeader: 'authorization' | 'api-key';
	/** Its OpenAI-compatible endpoints. */
	readonly endpoints: readonly Endpoint[];
	/** Null: it has no Batch API, or one that does not speak as OpenAI's. */
	readonly batch: BatchOffer | null;
	/** Most choices of one call (`n`); null: no bound of its own. */
	readonly maxChoices: number | null;
	/** What it does with a JSON Schema that is sent along: keeps to it, does not look at it, or refuses the call. */
	readonly schema: 'kept' | 'ignored' | 'refused';
	/** It has room for one model at a time and takes long to load another. */
	readonly holdsOneModel: boolean;
	/** Its name in the price table; null: it is not there. */
	readonly priceId: string | null;
};

/** 50,000 requests and 200 MB a file: OpenAI's reference of batches. */
const openaiBatch: BatchOffer = {
	endpoints: ['chat', 'completions', 'responses', 'embeddings', 'moderations'],
	multiplier: 0.5,
	maxRequests: 50_000,
	maxBytes: 200e6,
};

const usual = {
	addressEnvs: [],
	addressPath: '/v1',
	keyHeader: 'authorization',
	batch: null,
	maxChoices: null,
	schema: 'kept',
	holdsOneModel: false,
} as const satisfies Partial<ProviderProfile>;

/** Each with the page that says so, as read in November 2026. */
export const providerProfiles: {readonly [name: string]: ProviderProfile} = {
	// platform.openai.com/docs/api-reference
	openai: {
		...usual,
		baseUrl: 'https://api.openai.com/v1',
		addressEnvs: ['OPENAI_BASE_URL'],
		apiKeyEnv: 'OPENAI_API_KEY',
		endpoints: ['chat', 'completions', 'responses', 'embeddings', 'moderations'],
		batch: openaiBatch,
		priceId: 'openai',
	},
	// learn.microsoft.com/azure/foundry/openai: api-version-lifecycle (the v1 address), reference (the header), how-to/batch
	// (embeddings are not batched; jobs are not ended after 24 h)
	azure: {
		...usual,
		baseUrl: null,
		addressEnvs: ['AZURE_OPENAI_ENDPOINT', 'AZURE_OPENAI_API_ENDPOINT'],
		addressPath: '/openai/v1',
		apiKeyEnv: 'AZURE_OPENAI_API_KEY',
		keyHeader: 'api-key',
		endpoints: ['chat', 'completions', 'responses', 'embeddings'],
		batch: {...openaiBatch, endpoints: ['chat', 'responses']},
		priceId: 'azure',
	},
	// platform.claude.com/docs/en/cli-sdks-libraries/libraries/openai-sdk (`n` must be 1, `response_format` is ignored)
	anthropic: {
		...usual,
		baseUrl: 'https://api.anthropic.com/v1',
		apiKeyEnv: 'ANTHROPIC_API_KEY',
		endpoints: ['chat'],
		maxChoices: 1,
		schema: 'ignored',
		priceId: 'anthropic',
	},
	// ai.google.dev/gemini-api/docs/openai (batches by OpenAI's calls, but files only by Google's own)
	gemini: {
		...usual,
		baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
		apiKeyEnv: 'GEMINI_API_KEY',
		endpoints: ['chat', 'embeddings'],
		priceId: 'google',
	},
	// docs.ollama.com/api/openai-compatibility
	ollama: {
		...usual,
		baseUrl: 'http://127.0.0.1:11434/v1',
		addressEnvs: ['OLLAMA_API_ENDPOINT'],
		apiKeyEnv: null,
		endpoints: ['chat', 'completions', 'responses', 'embeddings'],
		holdsOneModel: true,
		priceId: null,
	},
	// docs.vllm.ai/en/stable/serving/online_serving
	vllm: {
		...usual,
		baseUrl: 'http://127.0.0.1:8000/v1',
		apiKeyEnv: null,
		endpoints: ['chat', 'completions', 'responses', 'embeddings'],
		priceId: null,
	},
	// huggingface.co/docs/text-generation-inference/messages_api and its openapi.json
	tgi: {
		...usual,
		baseUrl: 'http://127.0.0.1:3000/v1',
		addressEnvs: ['HUGGINGFACE_TGI_API_ENDPOINT'],
		apiKeyEnv: null,
		endpoints: ['chat', 'completions'],
		priceId: null,
	},
	// console.groq.com/docs/openai (`n` must be 1), /docs/batch (chat alone); its SDK says 100 MB a file, the page 200
	groq: {
		...usual,
		baseUrl: 'https://api.groq.com/openai/v1',
		apiKeyEnv: 'GROQ_API_KEY',
		endpoints: ['chat', 'responses'],
		batch: {...openaiBatch, endpoints: ['chat'], maxBytes: 100e6},
		maxChoices: 1,
		priceId: 'groq',
	},
	// docs.together.ai/docs/inference/openai-compatibility (its batches have another purpose and another shape)
	together: {
		...usual,
		baseUrl: 'https://api.together.ai/v1',
		apiKeyEnv: 'TOGETHER_API_KEY',
		endpoints: ['chat', 'completions', 'embeddings'],
		priceId: 'together',
	},
	// docs.mistral.ai/api (batches are jobs of its own)
	mistral: {
		...usual,
		baseUrl: 'https://api.mistral.ai/v1',
		apiKeyEnv: 'MISTRAL_API_KEY',
		endpoints: ['chat', 'embeddings', 'moderations'],
		priceId: 'mistral',
	},
	// api-docs.deepseek.com (completions only under /beta; `response_format` is text or json_object)
	deepseek: {
		...usual,
		baseUrl: 'https://api.deepseek.com',
		apiKeyEnv: 'DEEPSEEK_API_KEY',
		endpoints: ['chat'],
		schema: 'refused',
		priceId: 'deepseek',
	},
	// openrouter.ai/docs/api-reference (batches carry their requests in the call, not in a file)
	openrouter: {
		...usual,
		baseUrl: 'https://openrouter.ai/api/v1',
		apiKeyEnv: 'OPENROUTER_API_KEY',
		endpoints: ['chat', 'completions', 'responses', 'embeddings'],
		priceId: 'openrouter',
	},
};

/** The profile of a name; null for none, or for an address of the user's own. */
export function profileOf(name: string | null): ProviderProfile | null {
	return name !== null && Object.hasOwn(providerProfiles, name) ? providerProfiles[name]! : null;
}

/** What an address without a profile is asked for when the spec says that it has a Batch API: no discount is known. */
export const plainBatch: BatchOffer = {...openaiBatch, multiplier: 1};

/** A provider as the spec names it: a profile, perhaps with its own address, or an address alone. */
export type ProviderConfig = {
	/** The profile's name, or `custom` for an address without one, or the name in `providers:`. */
	readonly name: string;
	readonly profile: string | null;
	/** Null: a variable must give it. */
	readonly baseUrl: string | null;
	/** True when the address is the profile's default, which a variable such as `OPENAI_BASE_URL` may replace. */
	readonly baseUrlIsDefault: boolean;
	readonly apiKeyEnv: string | null;
	/** Plain http with a key to a host that is not loopback was allowed. */
	readonly allowHttp: boolean;
	/** Null: it has no Batch API, or the spec says not to use it. */
	readonly batch: BatchOffer | null;
};
