import type {JsonObject} from '../domain/request.ts';
import {asList, asObject} from './json-value.ts';
import type {Arrival} from './random.ts';

/** Four bytes a token: near enough for English, and the same everywhere. */
export const bytesPerToken = 4;

const imageTokens = 85;
const messageTokens = 3;
const replyTokens = 3;

export function countTokens(text: string): number {
	return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

/** A content is a text or a list of parts; what is no text counts as a small image. */
export function countContentTokens(content: unknown): number {
	if (typeof content === 'string') {
		return countTokens(content);
	}

	return asList(content).reduce<number>((sum, part) => {
		const text = asObject(part)?.text;
		return sum + (typeof text === 'string' ? countTokens(text) : imageTokens);
	}, 0);
}

export function countMessageTokens(messages: readonly unknown[]): number {
	return messages.reduce<number>(
		(sum, message) => sum + messageTokens + countContentTokens(asObject(message)?.content),
		replyTokens,
	);
}

/** Schemas and tools are part of the prompt that is paid for. */
export function countJsonTokens(value: unknown): number {
	return value === undefined || value === null ? 0 : countTokens(JSON.stringify(value));
}

/** The API caches prompts from 1024 tokens on, in steps of 128. */
export function cachedTokens(promptTokens: number, {count}: Arrival): number {
	return promptTokens >= 1024 && count > 1 ? promptTokens - (promptTokens % 128) : 0;
}

/** Usage in the words of chat and completions. */
export function completionUsage(promptTokens: number, outputTokens: number, arrival: Arrival): JsonObject {
	return {
		prompt_tokens: promptTokens,
		completion_tokens: outputTokens,
		total_tokens: promptTokens + outputTokens,
		prompt_tokens_details: {cached_tokens: cachedTokens(promptTokens, arrival), audio_tokens: 0},
		completion_tokens_details: {
			reasoning_tokens: 0,
			audio_tokens: 0,
			accepted_prediction_tokens: 0,
			rejected_prediction_tokens: 0,
		},
	};
}

/** Usage in the words of responses and batches. */
export type UsageSum = {readonly input: number; readonly cached: number; readonly output: number};

export function responseUsage({input, cached, output}: UsageSum): JsonObject {
	return {
		input_tokens: input,
		input_tokens_details: {cached_tokens: cached},
		output_tokens: output,
		output_tokens_details: {reasoning_tokens: 0},
		total_tokens: input + output,
	};
}

/** Reads the usage of any endpoint's answer; zeros where it has none. */
export function usageOf(answer: JsonObject): UsageSum {
	const usage = asObject(answer.usage) ?? {};
	const details = asObject(usage.prompt_tokens_details ?? usage.input_tokens_details) ?? {};
	return {
		input: Number(usage.prompt_tokens ?? usage.input_tokens ?? 0),
		cached: Number(details.cached_tokens ?? 0),
		output: Number(usage.completion_tokens ?? usage.output_tokens ?? 0),
	};
}
