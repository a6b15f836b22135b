import type {ApiError} from './api-error.ts';
import {invalidRequest, invalidType, missingParameter} from './api-error.ts';
import {countTokens} from './usage.ts';

/** One prompt or input: a text, or the tokens of one. */
export type TextInput = string | readonly number[];

/** `prompt` or `input` as the API takes it: a text, a list of texts, a list of tokens or a list of such lists. */
export function readTextInputs(value: unknown, param: string): readonly TextInput[] | ApiError {
	if (value === undefined || value === null) {
		return missingParameter(param);
	}

	if (typeof value === 'string') {
		return [value];
	}

	if (!Array.isArray(value)) {
		return invalidType(param, 'a string or an array');
	}

	if (value.length === 0) {
		return invalidRequest(`Invalid '${param}': empty array.`, param, 'empty_array');
	}

	if (value.every(isToken)) {
		return [value];
	}

	return value.every(item => typeof item === 'string' || (Array.isArray(item) && item.every(isToken)))
		? value
		: invalidType(param, 'strings or arrays of integers');
}

export function isInputs(inputs: readonly TextInput[] | ApiError): inputs is readonly TextInput[] {
	return Array.isArray(inputs);
}

/** Of a value that was checked before. */
export function textInputsOf(value: unknown, param: string): readonly TextInput[] {
	const inputs = readTextInputs(value, param);
	return isInputs(inputs) ? inputs : [];
}

export function countInputTokens(input: TextInput): number {
	return typeof input === 'string' ? countTokens(input) : input.length;
}

export function inputText(input: TextInput): string {
	return typeof input === 'string' ? input : input.join(' ');
}

function isToken(item: unknown): item is number {
	return Number.isInteger(item);
}
