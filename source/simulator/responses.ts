import type {JsonObject} from '../domain/request.ts';
import {createAuthor, isForm, readForm, writeText} from './answer-text.ts';
import {answeredAt} from './answered-at.ts';
import type {ApiError} from './api-error.ts';
import {invalidRequest, invalidType, missingParameter} from './api-error.ts';
import {contentText} from './content-text.ts';
import {asList, asObject} from './json-value.ts';
import {checkTemperature, checkWhole} from './model-body.ts';
import type {ModelCall, ModelRoute} from './model-route.ts';
import {writePackReply} from './pack-reply.ts';
import {arrivalId, randomFor} from './random.ts';
import {writeToolCall} from './tool-call.ts';
import {cachedTokens, countJsonTokens, countMessageTokens, countTokens, responseUsage} from './usage.ts';
import {finishText} from './written-text.ts';

export const responses: ModelRoute = {
	path: '/responses',
	promptParameter: 'input',
	maxPromptTokens: 128_000,
	validate,
	promptTokens: body =>
		countMessageTokens(inputItems(body.input)) +
		(typeof body.instructions === 'string' ? countTokens(body.instructions) : 0) +
		countJsonTokens(body.tools) +
		countJsonTokens(asObject(asObject(body.text)?.format)?.schema),
	answer,
};

function validate(body: JsonObject): ApiError | null {
	const {input} = body;
	if (input === undefined || input === null) {
		return missingParameter('input');
	}

	if (typeof input !== 'string' && !Array.isArray(input)) {
		return invalidType('input', 'a string or an array of items');
	}

	if (body.background === true) {
		const message = 'The simulator has no background responses: leave out background.';
		return invalidRequest(message, 'background', 'unsupported_value');
	}

	const form = readForm(asObject(body.text)?.format, 'text.format');
	return (
		checkWhole(body, 'max_output_tokens', 1, Number.MAX_SAFE_INTEGER) ??
		checkTemperature(body) ??
		(isForm(form) ? null : form)
	);
}

function inputItems(input: unknown): readonly unknown[] {
	return typeof input === 'string' ? [{role: 'user', content: input}] : asList(input);
}

type Written = {
	readonly item: JsonObject;
	readonly tokens: number;
	readonly incomplete: 'max_output_tokens' | 'content_filter' | null;
};

function answer(call: ModelCall): JsonObject {
	const {body, arrival, promptTokens} = call;
	const {item, tokens, incomplete} = writeItem(call);
	const cached = cachedTokens(promptTokens, arrival);
	return {
		id: `resp_${arrivalId(arrival)}`,
		object: 'response',
		created_at: answeredAt,
		status: incomplete ? 'incomplete' : 'completed',
		error: null,
		incomplete_details: incomplete ? {reason: incomplete} : null,
		instructions: body.instructions ?? null,
		max_output_tokens: body.max_output_tokens ?? null,
		model: body.model,
		output: [item],
		parallel_tool_calls: body.parallel_tool_calls ?? true,
		previous_response_id: null,
		reasoning: {effort: asObject(body.reasoning)?.effort ?? null, summary: null},
		service_tier: 'default',
		store: body.store ?? true,
		temperature: body.temperature ?? 1,
		text: body.text ?? {format: {type: 'text'}},
		tool_choice: body.tool_choice ?? 'auto',
		tools: body.tools ?? [],
		top_p: body.top_p ?? 1,
		truncation: 'disabled',
		usage: responseUsage({input: promptTokens, cached, output: tokens}),
		user: body.user ?? null,
		metadata: body.metadata ?? {},
	};
}

function writeItem(call: ModelCall): Written {
	const {body, arrival, fault} = call;
	const form = readForm(asObject(body.text)?.format, 'text.format');
	const asked = inputItems(body.input).map(asObject);
	const question = asked.findLast(item => item?.role === 'user') ?? asked.at(-1);
	const readable = isForm(form) ? form : ({kind: 'prose'} as const);
	const text = contentText(question?.content);
	const author = createAuthor(text, readable, randomFor(arrival, 'answer'));
	const tool = fault === null ? writeToolCall(body, author) : null;
	if (tool) {
		const id = arrivalId(arrival);
		const item = {id: `fc_${id}`, type: 'function_call', status: 'completed', call_id: `call_${id}`, ...tool};
		return {item, tokens: countTokens(tool.arguments), incomplete: null};
	}

	const maxTokens = typeof body.max_output_tokens === 'number' ? body.max_output_tokens : null;
	const written = finishText(writePackReply(call, text, readable) ?? writeText(author), maxTokens, fault);
	const incomplete =
		written.finishReason === 'length'
			? 'max_output_tokens'
			: written.finishReason === 'content_filter'
				? 'content_filter'
				: null;
	const part =
		written.refusal === null
			? {type: 'output_text', text: written.text, annotations: [], logprobs: []}
			: {type: 'refusal', refusal: written.refusal};
	const item = {
		id: `msg_${arrivalId(arrival)}`,
		type: 'message',
		status: incomplete ? 'incomplete' : 'completed',
		role: 'assistant',
		content: [part],
	};
	return {item, tokens: written.tokens, incomplete};
}
