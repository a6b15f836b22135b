import type {JsonObject} from '../domain/request.ts';

/** Counts the input tokens of a request body. */
export type BodyCounter = {
	readonly encoding: string;
	/** False when the model is unknown and its encoding a guess. */
	readonly isKnownModel: boolean;
	count(body: JsonObject): number;
};

/** What a chat adds: three tokens a message, three for the reply's beginning (OpenAI cookbook, token counting). */
const tokensPerMessage = 3;
const tokensPerReply = 3;

/** Models before gpt-4o, and the embeddings. */
const olderEncoding = /^(gpt-4($|-(?!o))|gpt-3\.5|text-embedding|davinci-002|babbage-002)/;
const newerEncoding = /^(gpt-(4o|4\.|5|6)|o[1-9]|chatgpt|omni)/;

/** Loads the tokenizer of a model: 190 ms and 65 MB, so only where tokens are asked for. */
export async function loadBodyCounter(model: string): Promise<BodyCounter> {
	const isOlder = olderEncoding.test(model);
	const {countTokens} = isOlder
		? await import('gpt-tokenizer/encoding/cl100k_base')
		: await import('gpt-tokenizer/encoding/o200k_base');
	// Text that looks like a special token is text.
	const options = {disallowedSpecial: new Set<string>()};
	const tokens = (text: string) => countTokens(text, options);

	return {
		encoding: isOlder ? 'cl100k_base' : 'o200k_base',
		isKnownModel: isOlder || newerEncoding.test(model),
		count({messages, prompt, input, tools, functions, response_format: format, text}) {
			const extras = [tools, functions, format, text].filter(part => part !== undefined);
			const overhead = extras.reduce((sum: number, part) => sum + tokens(JSON.stringify(part)), 0);
			if (Array.isArray(messages)) {
				return (
					overhead + messages.reduce((sum, message) => sum + countMessage(message, tokens), tokensPerReply)
				);
			}

			return overhead + textsOf(prompt ?? input).reduce((sum, one) => sum + tokens(one), 0);
		},
	};
}

function countMessage(message: JsonObject, tokens: (text: string) => number): number {
	return Object.values(message)
		.flatMap(textsOf)
		.reduce((sum, text) => sum + tokens(text), tokensPerMessage);
}

/** Every text in a value; images and other data count nothing here. */
function textsOf(value: unknown): readonly string[] {
	if (typeof value === 'string') {
		return value.startsWith('data:') ? [] : [value];
	}

	return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
