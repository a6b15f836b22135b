import type {Usage} from './price.ts';
import type {Endpoint, JsonObject} from './request.ts';

/** One choice of an answer, alike for all endpoints. */
export type Choice = {
	readonly index: number;
	/** Null where there is none: a refusal, a tool call, an embedding. */
	readonly text: string | null;
	/** In the words of the chat endpoint: stop, length, content_filter, tool_calls, …; null where there is none. */
	readonly finishReason: string | null;
	readonly refusal: string | null;
	/** False when the endpoint owes a text and neither text, refusal nor tool call is there. */
	readonly complete: boolean;
	/** The API's own object, untouched. */
	readonly raw: unknown;
};

export type Answer = {
	readonly choices: readonly Choice[];
	/** The response without its choices. */
	readonly envelope: JsonObject;
	/** Null when the API sent none. */
	readonly usage: Usage | null;
	/** In the API's own shape. */
	readonly rawUsage: unknown;
};

/** Where a response keeps its choices. */
const choicesField: {readonly [E in Endpoint]: string} = {
	chat: 'choices',
	completions: 'choices',
	responses: 'output',
	embeddings: 'data',
	moderations: 'results',
};

/** Reads a response body whose shape was checked on arrival. */
export function readAnswer(endpoint: Endpoint, body: JsonObject): Answer {
	const {[choicesField[endpoint]]: _, ...envelope} = body;
	return {choices: readChoices(endpoint, body), envelope, usage: readUsage(body.usage), rawUsage: body.usage};
}

/** The choices alone, for those who do not need a copy of the rest. */
export function readChoices(endpoint: Endpoint, body: JsonObject): readonly Choice[] {
	switch (endpoint) {
		case 'chat':
			return list(body.choices).map(readChatChoice);
		case 'completions':
			return list(body.choices).map(readCompletionChoice);
		case 'responses':
			return [readResponse(body)];
		case 'embeddings':
			return list(body.data).map(readBare);
		case 'moderations':
			return list(body.results).map(readBare);
	}
}

/** Chat and completions say prompt and completion tokens, responses say input and output tokens. */
export function readUsage(usage: unknown): Usage | null {
	const fields = object(usage);
	const input = tokens(fields.prompt_tokens ?? fields.input_tokens);
	if (input === null) {
		return null;
	}

	const details = object(fields.prompt_tokens_details ?? fields.input_tokens_details);
	return {
		input,
		// DeepSeek has a word of its own for it.
		cached: Math.min(tokens(details.cached_tokens ?? fields.prompt_cache_hit_tokens) ?? 0, input),
		output: tokens(fields.completion_tokens ?? fields.output_tokens) ?? 0,
	};
}

/** Null for what cannot be a count; `1e999` in JSON is Infinity, and the cost of 1e308 tokens would be. */
function tokens(value: unknown): number | null {
	return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER
		? Math.trunc(value)
		: null;
}

function readChatChoice(raw: unknown, position: number): Choice {
	const choice = object(raw);
	const message = object(choice.message);
	const text = typeof message.content === 'string' ? message.content : null;
	const refusal = typeof message.refusal === 'string' && message.refusal !== '' ? message.refusal : null;
	const callsTool = list(message.tool_calls).length > 0 || message.function_call != null;
	return {
		index: typeof choice.index === 'number' ? choice.index : position,
		text,
		finishReason: reason(choice.finish_reason),
		refusal,
		complete:
			!brokenOff.has(choice.finish_reason) &&
			(text !== null || refusal !== null || callsTool || message.audio != null),
		raw,
	};
}

function readCompletionChoice(raw: unknown, position: number): Choice {
	const choice = object(raw);
	const text = typeof choice.text === 'string' ? choice.text : null;
	return {
		index: typeof choice.index === 'number' ? choice.index : position,
		text,
		finishReason: reason(choice.finish_reason),
		refusal: null,
		complete: text !== null,
		raw,
	};
}

/** The output is a list of items, of which the reasoning ones hold no answer. */
function readResponse(body: JsonObject): Choice {
	const items = list(body.output).map(object);
	const parts = items.filter(item => item.type === 'message').flatMap(item => list(item.content).map(object));
	const texts = parts.filter(part => part.type === 'output_text').map(part => String(part.text ?? ''));
	const refusals = parts.filter(part => part.type === 'refusal').map(part => String(part.refusal ?? ''));
	const callsTool = items.some(item => typeof item.type === 'string' && item.type.endsWith('_call'));
	const holdsSomething = texts.length > 0 || refusals.length > 0 || callsTool;
	return {
		index: 0,
		text: texts.length > 0 ? texts.join('') : null,
		finishReason: responseFinishReason(body, callsTool),
		refusal: refusals.length > 0 ? refusals.join('') : null,
		complete: body.status === 'incomplete' || (!unfinishedStatuses.has(body.status) && holdsSomething),
		raw: {output: body.output},
	};
}

/** A response may come with status 200 and part of an answer, and yet say that it failed. */
const unfinishedStatuses: ReadonlySet<unknown> = new Set(['failed', 'cancelled', 'queued', 'in_progress']);

function responseFinishReason(body: JsonObject, callsTool: boolean): string | null {
	if (unfinishedStatuses.has(body.status)) {
		return null;
	}

	if (body.status === 'incomplete') {
		return object(body.incomplete_details).reason === 'content_filter' ? 'content_filter' : 'length';
	}

	return callsTool ? 'tool_calls' : 'stop';
}

function readBare(raw: unknown, position: number): Choice {
	const {index} = object(raw);
	return {
		index: typeof index === 'number' ? index : position,
		text: null,
		finishReason: null,
		refusal: null,
		complete: true,
		raw,
	};
}

/** The server gave up in the middle: DeepSeek's word, and Mistral's. What is there of an answer is not one. */
const brokenOff: ReadonlySet<unknown> = new Set(['insufficient_system_resource', 'error']);

/** Mistral says `model_length` too, Gemini may add a reason to `content_filter`. */
function reason(value: unknown): string | null {
	if (typeof value !== 'string') {
		return null;
	}

	return value === 'model_length' ? 'length' : value.startsWith('content_filter') ? 'content_filter' : value;
}

function list(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [];
}

function object(value: unknown): {readonly [key: string]: unknown} {
	return typeof value === 'object' && value !== null ? (value as {readonly [key: string]: unknown}) : {};
}
