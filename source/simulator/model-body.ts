import type {JsonObject} from '../domain/request.ts';
import type {ApiError} from './api-error.ts';
import {
	contextLengthExceeded,
	invalidRequest,
	invalidType,
	missingParameter,
	modelNotFound,
} from './api-error.ts';
import type {ModelRoute} from './model-route.ts';

/** The only name that no model has, so that an unknown model can be rehearsed. */
export const unknownModel = 'no-such-model';

/** What every endpoint asks of a body, then what this one does; else how many tokens its prompt has. */
export function checkBody(route: ModelRoute, body: JsonObject): ApiError | number {
	if (body.model === undefined) {
		return missingParameter('model');
	}

	if (typeof body.model !== 'string' || body.model === '') {
		return invalidType('model', 'a string');
	}

	if (body.model === unknownModel) {
		return modelNotFound(body.model);
	}

	if (body.stream === true) {
		return invalidRequest('The simulator does not stream: leave out stream.', 'stream', 'unsupported_value');
	}

	const error = route.validate(body);
	if (error) {
		return error;
	}

	const tokens = route.promptTokens(body);
	return tokens > route.maxPromptTokens
		? contextLengthExceeded(route.maxPromptTokens, tokens, route.promptParameter)
		: tokens;
}

/** Null when the parameter is absent, null or a whole number in the range. */
export function checkWhole(body: JsonObject, param: string, low: number, high: number): ApiError | null {
	const value = body[param] ?? low;
	if (!Number.isInteger(value)) {
		return invalidType(param, 'an integer');
	}

	return (value as number) < low || (value as number) > high ? outOfRange(param, low, high) : null;
}

export function checkTemperature(body: JsonObject): ApiError | null {
	const value = body.temperature ?? 1;
	if (typeof value !== 'number') {
		return invalidType('temperature', 'a decimal');
	}

	return value < 0 || value > 2 ? outOfRange('temperature', 0, 2) : null;
}

function outOfRange(param: string, low: number, high: number): ApiError {
	return invalidRequest(
		`Invalid '${param}': expected a value between ${low} and ${high}.`,
		param,
		'value_out_of_range',
	);
}

/** A whole number that was checked before, or the default. */
export function wholeOf(body: JsonObject, param: string, absent: number): number {
	return typeof body[param] === 'number' ? body[param] : absent;
}
