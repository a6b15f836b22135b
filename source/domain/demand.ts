import type {Demand} from './ceiling.ts';
import {outputLimitOf} from './estimate.ts';
import {type Lane, type Price, worstCost} from './price.ts';
import type {Endpoint, JsonObject} from './request.ts';

/** Tokens of an output whose length nobody bounded and nobody knows; a ceiling refuses such requests. */
export const unknownOutput = 4096;

/** A count of input tokens may be a little off: what the API adds around a message is not documented for all. */
const inputSafety = 1.05;

/** Output tokens that the body allows, over all answers; null where nothing bounds them. */
export function allowedOutput(body: JsonObject, endpoint: Endpoint, maxOutput: number | null): number | null {
	if (endpoint === 'embeddings' || endpoint === 'moderations') {
		return 0;
	}

	const limit = outputLimitOf(body) ?? maxOutput;
	return limit === null ? null : limit * answersOf(body);
}

/** Worst case of one call: its input with a margin, uncached, and all the output that it allows. */
export function demandOf(
	body: JsonObject,
	endpoint: Endpoint,
	maxOutput: number | null,
	inputTokens: number,
	price: Price | null,
	lane: Lane,
): Demand {
	const input = Math.ceil(inputTokens * inputSafety);
	const output = allowedOutput(body, endpoint, maxOutput) ?? unknownOutput * answersOf(body);
	const costPico = price === null ? 0n : worstCost({input, output}, price, lane);
	return {requests: 1, tokens: input + output, costPico};
}

/** What a server counts a call as against tokens per minute: the bound that the body gives, used or not. */
export function rateTokensOf(body: JsonObject, endpoint: Endpoint, inputTokens: number): number {
	return inputTokens + (allowedOutput(body, endpoint, unknownOutput) ?? 0);
}

/** Answers that a call makes and bills: choices, of which `best_of` may make more than it returns, of each prompt. */
function answersOf({n, best_of: bestOf, prompt}: JsonObject): number {
	const prompts = Array.isArray(prompt) && typeof prompt[0] !== 'number' ? prompt.length : 1;
	return Math.max(1, countOf(n), countOf(bestOf)) * Math.max(1, prompts);
}

function countOf(value: unknown): number {
	return typeof value === 'number' && Number.isFinite(value) ? Math.ceil(value) : 1;
}
