import type {JsonObject} from '../domain/request.ts';
import type {Author} from './answer-text.ts';
import {createAuthor, isForm, readForm, writeText} from './answer-text.ts';
import {answeredAt} from './answered-at.ts';
import type {ApiError} from './api-error.ts';
import {invalidRequest, invalidType, missingParameter} from './api-error.ts';
import {contentText} from './content-text.ts';
import {asList, asObject} from './json-value.ts';
import {checkTemperature, checkWhole, wholeOf} from './model-body.ts';
import type {ModelCall, ModelRoute} from './model-route.ts';
import {writePackReply} from './pack-reply.ts';
import {arrivalId, randomFor} from './random.ts';
import {writeToolCall} from './tool-call.ts';
import {completionUsage, countJsonTokens, countMessageTokens, countTokens} from './usage.ts';
import {finishText} from './written-text.ts';

const mostChoices = 128;

export const chat: ModelRoute = {
	path: '/chat/completions',
	promptParameter: 'messages',
	maxPromptTokens: 128_000,
	validate,
	promptTokens: body =>
		countMessageTokens(asList(body.messages)) +
		countJsonTokens(body.tools) +
		countJsonTokens(asObject(body.response_format)?.json_schema),
	answer,
};

function validate(body: JsonObject): ApiError | null {
	const {messages} = body;
	if (messages === undefined) {
		return missingParameter('messages');
	}

	if (!Array.isArray(messages)) {
		return invalidType('messages', 'an array of objects');
	}

	if (messages.length === 0) {
		return invalidRequest("Invalid 'messages': empty array.", 'messages', 'empty_array');
	}

	const form = readForm(body.response_format, 'response_format');
	return (
		messages.map(checkMessage).find(error => error !== null) ??
		checkWhole(body, 'n', 1, mostChoices) ??
		checkWhole(body, 'max_tokens', 1, Number.MAX_SAFE_INTEGER) ??
		checkWhole(body, 'max_completion_tokens', 1, Number.MAX_SAFE_INTEGER) ??
		checkTemperature(body) ??
		(isForm(form) ? null : form)
	);
}

function checkMessage(message: unknown, position: number): ApiError | null {
	const fields = asObject(message);
	const path = `messages[${position}]`;
	if (!fields) {
		return invalidType(path, 'an object');
	}

	if (typeof fields.role !== 'string') {
		return missingParameter(`${path}.role`);
	}

	const {content} = fields;
	return content === undefined || content === null || typeof content === 'string' || Array.isArray(content)
		? null
		: invalidType(`${path}.content`, 'a string or an array of parts');
}

function answer(call: ModelCall): JsonObject {
	const {body, arrival, promptTokens} = call;
	const form = readForm(body.response_format, 'response_format');
	const question = lastQuestion(asList(body.messages));
	const readable = isForm(form) ? form : ({kind: 'prose'} as const);
	const author = createAuthor(question, readable, randomFor(arrival, 'answer'));
	const pack = writePackReply(call, question, readable);
	const choices = Array.from({length: wholeOf(body, 'n', 1)}, (_, index) =>
		writeChoice(index, author, pack, call),
	);
	const outputTokens = choices.reduce((sum, {tokens}) => sum + tokens, 0);
	return {
		id: `chatcmpl-${arrivalId(arrival)}`,
		object: 'chat.completion',
		created: answeredAt,
		model: body.model,
		choices: choices.map(({choice}) => choice),
		usage: completionUsage(promptTokens, outputTokens, arrival),
		service_tier: 'default',
		system_fingerprint: `fp_simulated_${arrival.seed}`,
	};
}

/** Instructions are the same in every request; what the user says last is what it is about. */
function lastQuestion(messages: readonly unknown[]): string {
	const asked = messages.map(asObject).findLast(message => message?.role === 'user');
	return contentText((asked ?? asObject(messages.at(-1)))?.content);
}

type WrittenChoice = {readonly choice: JsonObject; readonly tokens: number};

/** `pack`: the text, where it answers many items at once. */
function writeChoice(
	index: number,
	author: Author,
	pack: string | null,
	{body, arrival, fault}: ModelCall,
): WrittenChoice {
	const tool = fault === null ? writeToolCall(body, author) : null;
	if (tool) {
		const message = {
			role: 'assistant',
			content: null,
			refusal: null,
			annotations: [],
			tool_calls: [{id: `call_${arrivalId(arrival)}${index}`, type: 'function', function: tool}],
		};
		return {
			choice: {index, message, logprobs: null, finish_reason: 'tool_calls'},
			tokens: countTokens(tool.arguments),
		};
	}

	const maxTokens = body.max_completion_tokens ?? body.max_tokens ?? null;
	const written = finishText(pack ?? writeText(author), maxTokens as number | null, fault);
	const message = {role: 'assistant', content: written.text, refusal: written.refusal, annotations: []};
	return {
		choice: {index, message, logprobs: null, finish_reason: written.finishReason},
		tokens: written.tokens,
	};
}
