import type {Demand} from './ceiling.ts';
import {outputLimitOf} from './estimate.ts';
import {costOf, type Lane, type Price} from './price.ts';
import type {Endpoint, JsonObject} from './request.ts';

/** Tokens of an output whose length nobody bounded and nobody knows; a ceiling refuses such requests. */
const unknownOutput = 4096;

/** A count of input tokens may be a little off: what the API adds around a message is not documented for all. */
const inputSafety = 1.05;

/** Output tokens that the body allows, over all choices; null where nothing bounds them. */
export function allowedOutput(body: JsonObject, endpoint: Endpoint, maxOutput: number | null): number | null {
	if (endpoint === 'embeddings' || endpoint === 'moderations') {
		return 0;
	}

	const limit = outputLimitOf(body) ?? maxOutput;
	return limit === null ? null : limit * choicesOf(body);
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
	const output = allowedOutput(body, endpoint, maxOutput) ?? unknownOutput * choicesOf(body);
	const costPico = price === null ? 0n : costOf({input, cached: 0, output}, price, lane);
	return {requests: 1, tokens: input + output, costPico};
}

function choicesOf({n}: JsonObject): number {
	return typeof n === 'number' ? n : 1;
}
