import type {JsonObject} from '../domain/request.ts';
import {boundedCount} from './bounded-count.ts';
import {imageTokens} from './image-tokens.ts';
import {toolText} from './tool-text.ts';

/** Counts the input tokens of a request body, as its model will. */
export type BodyCounter = {
	readonly encoding: string;
	/** False when the model is unknown and its encoding a guess. */
	readonly isKnownModel: boolean;
	count(body: JsonObject): number;
};

type Count = (text: string) => number;

/** What a chat adds: three tokens a message, three for the reply's beginning (OpenAI cookbook, token counting). */
const perMessage = 3;
const perReply = 3;
const perName = 1;

/** What functions and schemas add beside their text; fitted to recorded usage, see fixtures/token-counts.json. */
const aroundFunctions = 9;
const aroundSchema = 12;
/** They share the system message where there is one, and the Responses API has one anyway. */
const sharedMessage = 4;
const responsesMessage = 7;
/** The models of the gpt-5 family are told more about functions than others. */
const moreAboutFunctions = 80;
/** A call in an earlier message, as `tool_calls` and in the older way. */
const perToolCall = 8;
const perFunctionCall = 3;
/** To choose a function by name, beside the name. */
const perToolChoice = 7;
const perFunctionChoice = 4;
/** The o1 family has something between two messages. */
const betweenMessages = 7;

/** Models before gpt-4o, and the embeddings. */
const olderEncoding = /^(gpt-4($|-(?!o))|gpt-3\.5|text-embedding|davinci-002|babbage-002)/;
const newerEncoding = /^(gpt-(4o|4\.|5|6)|o[1-9]|chatgpt|omni)/;

/** Loads the tokenizer of a model: 190 ms and 65 MB, so only where tokens are asked for. */
export async function loadBodyCounter(model: string): Promise<BodyCounter> {
	const name = model.startsWith('ft:') ? model.slice(3) : model;
	const isOlder = olderEncoding.test(name);
	const {countTokens} = isOlder
		? await import('gpt-tokenizer/encoding/cl100k_base')
		: await import('gpt-tokenizer/encoding/o200k_base');
	// Text that looks like a special token is text.
	const options = {disallowedSpecial: new Set<string>()};
	const tokens = boundedCount(text => countTokens(text, options));
	return {
		encoding: isOlder ? 'cl100k_base' : 'o200k_base',
		isKnownModel: isOlder || newerEncoding.test(name),
		count: body => countBody(body, name, tokens),
	};
}

function countBody(body: JsonObject, model: string, tokens: Count): number {
	const {messages, instructions, input, prompt, max_output_tokens: bound} = body;
	if (Array.isArray(messages)) {
		return conversationTokens(messages.map(asObject), body, model, tokens, false);
	}

	if (prompt !== undefined || (bound === undefined && /embedding|moderation/.test(model))) {
		return contentTokens(prompt ?? input, model, tokens);
	}

	const system = instructions ? [{role: 'system', content: instructions}] : [];
	const items = typeof input === 'string' ? [{role: 'user', content: input}] : asList(input).map(asObject);
	return conversationTokens([...system, ...items], body, model, tokens, true);
}

/** Messages of a chat, or items of the Responses API. */
function conversationTokens(
	messages: readonly JsonObject[],
	body: JsonObject,
	model: string,
	tokens: Count,
	isResponses: boolean,
): number {
	const isReasoning = /^(o[1-9]|gpt-5(?!.*chat))/.test(model);
	const between = model.startsWith('o1') ? betweenMessages * Math.max(0, messages.length - 1) : 0;
	const hasSystem = messages.some(({role}) => role === 'system' || role === 'developer');
	const shared = isResponses ? responsesMessage : hasSystem ? sharedMessage : 0;
	return (
		(isReasoning ? perReply - 1 : perReply) +
		between +
		sum(messages, message => messageTokens(message, model, tokens)) +
		functionTokens(body, model, tokens, shared) +
		schemaTokens(body, tokens, shared)
	);
}

function messageTokens(message: JsonObject, model: string, tokens: Count): number {
	const {role, name, function_call: call, arguments: given} = message;
	const toolCalls = asList(message.tool_calls).map(one => asObject(asObject(one).function));
	// An item of the Responses API is itself a call.
	const calls = given === undefined ? toolCalls : [...toolCalls, message];
	const named = given === undefined && typeof name === 'string' ? tokens(name) + perName : 0;
	return (
		perMessage +
		tokens(typeof role === 'string' ? role : 'tool') +
		named +
		contentTokens(message.content ?? message.output ?? [], model, tokens) +
		sum(calls, one => perToolCall + callTokens(one, tokens)) +
		(call ? perFunctionCall + callTokens(asObject(call), tokens) : 0)
	);
}

function callTokens({name, arguments: given}: JsonObject, tokens: Count): number {
	return tokens(String(name ?? '')) + tokens(String(given ?? ''));
}

function functionTokens(body: JsonObject, model: string, tokens: Count, shared: number): number {
	const tools = asList(body.tools).map(tool => asObject(asObject(tool).function ?? tool));
	const functions = [...asList(body.functions).map(asObject), ...tools];
	const more = model.startsWith('gpt-5') ? moreAboutFunctions : 0;
	return functions.length === 0
		? 0
		: tokens(toolText(functions)) + aroundFunctions + more - shared + choiceTokens(body, tokens);
}

function choiceTokens({tool_choice: tool, function_call: call}: JsonObject, tokens: Count): number {
	if ((tool ?? call) === 'none') {
		return 1;
	}

	const {name} = asObject(asObject(tool).function ?? tool ?? call);
	const perChoice = tool === undefined ? perFunctionChoice : perToolChoice;
	return typeof name === 'string' ? tokens(name) + perChoice : 0;
}

function schemaTokens(body: JsonObject, tokens: Count, shared: number): number {
	const format = asObject(asObject(body.response_format).json_schema ?? asObject(body.text).format);
	return format.schema === undefined ? 0 : tokens(schemaText(format)) + aroundSchema - shared;
}

function schemaText({name, description, schema}: JsonObject): string {
	const note = typeof description === 'string' && description !== '' ? `// ${description}\n` : '';
	return `## ${String(name)}\n\n${note}${JSON.stringify(schema, shownToModel)}`;
}

/** These two are not counted: the model is held to them in another way. */
function shownToModel(key: string, value: unknown): unknown {
	return key === 'additionalProperties' || (key === 'required' && Array.isArray(value)) ? undefined : value;
}

/** Texts and images; a number in a list is a token. */
function contentTokens(value: unknown, model: string, tokens: Count): number {
	if (typeof value === 'string') {
		return tokens(value);
	}

	if (typeof value === 'number') {
		return 1;
	}

	if (Array.isArray(value)) {
		return sum(value, one => contentTokens(one, model, tokens));
	}

	const {type: _, ...part} = asObject(value);
	if (part.image_url !== undefined) {
		const image = asObject(part.image_url);
		return imageTokens(model, image.url ?? part.image_url, image.detail ?? part.detail);
	}

	return sum(Object.values(part), inner => contentTokens(inner, model, tokens));
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
	return items.reduce((total, item) => total + of(item), 0);
}

function asList(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [];
}

function asObject(value: unknown): JsonObject {
	return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}
