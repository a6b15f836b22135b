/**
 * Most output tokens of one choice, by profile and model, reasoning included: from OpenAI's model pages, by way of
 * the model list of gpt-tokenizer 4.0.0.
 */
const maxOutputs: {readonly [profile: string]: {readonly [model: string]: number}} = {
	openai: {
		'gpt-3.5-turbo': 4096,
		'gpt-3.5-turbo-16k': 4096,
		'gpt-3.5-turbo-instruct': 4096,
		'gpt-4': 8192,
		'gpt-4-32k': 8192,
		'gpt-4-turbo': 4096,
		'gpt-4-turbo-preview': 4096,
		'gpt-4o': 16_384,
		'gpt-4o-2024-05-13': 4096,
		'gpt-4o-mini': 16_384,
		'gpt-4o-search-preview': 16_384,
		'gpt-4o-mini-search-preview': 16_384,
		'gpt-4o-audio-preview': 16_384,
		'gpt-4o-mini-audio-preview': 16_384,
		'gpt-4.1': 32_768,
		'gpt-4.1-mini': 32_768,
		'gpt-4.1-nano': 32_768,
		'gpt-4.5-preview': 16_384,
		'gpt-5': 128_000,
		'gpt-5-mini': 128_000,
		'gpt-5-nano': 128_000,
		'gpt-5-pro': 272_000,
		'gpt-5-codex': 128_000,
		'gpt-5-chat': 16_384,
		'gpt-5.1': 128_000,
		'gpt-5.1-chat': 16_384,
		'gpt-5.1-codex': 128_000,
		'gpt-5.1-codex-max': 128_000,
		'gpt-5.1-codex-mini': 128_000,
		'gpt-5.2': 128_000,
		'gpt-5.2-chat': 16_384,
		'gpt-5.2-codex': 128_000,
		'gpt-5.2-pro': 128_000,
		'gpt-5.3-chat': 16_384,
		'gpt-5.3-codex': 128_000,
		'gpt-5.4': 128_000,
		'gpt-5.4-mini': 128_000,
		'gpt-5.4-nano': 128_000,
		'gpt-5.4-pro': 128_000,
		'gpt-5.5': 128_000,
		'gpt-5.5-pro': 128_000,
		'gpt-5.6-sol': 128_000,
		'gpt-5.6-luna': 128_000,
		'gpt-5.6-terra': 128_000,
		'chatgpt-4o': 16_384,
		o1: 100_000,
		'o1-mini': 65_536,
		'o1-preview': 32_768,
		'o1-pro': 100_000,
		o3: 100_000,
		'o3-mini': 100_000,
		'o3-pro': 100_000,
		'o3-deep-research': 100_000,
		'o4-mini': 100_000,
		'o4-mini-deep-research': 100_000,
		'davinci-002': 16_384,
		'babbage-002': 16_384,
	},
};

/** What names a version of the same model: a date, in one of three ways, or the word latest. */
const version = /^(-\d{4}-\d{2}-\d{2}|-\d{4}(-preview)?|-latest)?$/;

/** `gpt-4-0125-preview` and its like were versions of gpt-4-turbo, which gives half of what gpt-4 does. */
const turboPreview = /^gpt-4-\d{4}-(vision-)?preview$/;

/**
 * Most output tokens that a model gives for one choice; null where nobody knows. `profile` is null for an address of
 * the user's own: a local model that is called gpt-4o may give more than OpenAI's.
 */
export function maxOutputOf(profile: string | null, model: string): number | null {
	const table = profile !== null && Object.hasOwn(maxOutputs, profile) ? maxOutputs[profile]! : {};
	// A fine-tuned model is called after the one that it was made from: ft:gpt-4o-mini-2024-07-18:org::id.
	const name = model.startsWith('ft:') ? (model.split(':')[1] ?? '') : model;
	if (Object.hasOwn(table, name)) {
		return table[name]!;
	}

	const base = turboPreview.test(name) ? 'gpt-4-turbo' : undefined;
	const known =
		base ?? Object.keys(table).find(key => name.startsWith(key) && version.test(name.slice(key.length)));
	return known === undefined ? null : (table[known] ?? null);
}
