import type {JsonObject} from '../domain/request.ts';
import {ownIdKey} from './row-split.ts';

/** What a line of an output says of one row of the input that it was made from. */
export type ForeignLine = {
	readonly id: string | null;
	/** It holds an answer. */
	readonly isAnswered: boolean;
	/** The row as it was given, as far as the line repeats it; null where it does not. */
	readonly row: JsonObject | null;
	/** One line of a row stands for it: further choices do not. */
	readonly isFirst: boolean;
};

/** Null when it is no line of an output that is known: prompto's, that of a batch, or our own. */
export function readForeignLine(line: JsonObject): ForeignLine | null {
	if (isBatchLine(line)) {
		// Its `id` is the API's own.
		return {id: String(line.custom_id), isAnswered: isGoodReply(line), row: null, isFirst: true};
	}

	if (isOwnLine(line)) {
		return {
			id: idOf(line),
			isAnswered: Object.hasOwn(line, 'choice_index'),
			row: ownRow(line),
			isFirst: Number(line.choice_index ?? 0) === 0,
		};
	}

	if (!Object.hasOwn(line, 'response')) {
		return null;
	}

	return {
		id: idOf(line),
		isAnswered: isEmpty(line.error) && isAnswer(line.response),
		row: line,
		isFirst: true,
	};
}

/** One value of a row, under the name that a CSV may give it: `parameters-temperature`. */
export function fieldOf(row: JsonObject, name: string): unknown {
	if (Object.hasOwn(row, name) || !name.includes('parameters-')) {
		return row[name];
	}

	const {parameters} = row;
	const key = name.slice(name.indexOf('parameters-') + 'parameters-'.length);
	return typeof parameters === 'object' && parameters !== null && Object.hasOwn(parameters, key)
		? (parameters as JsonObject)[key]
		: undefined;
}

function idOf(line: JsonObject): string | null {
	const key = ownIdKey(line);
	return key === null ? null : String(line[key]);
}

function isBatchLine({custom_id: id, response, error}: JsonObject): boolean {
	const isReply = typeof response === 'object' && !Array.isArray(response);
	return id !== undefined && (isReply || (response === undefined && error !== undefined));
}

function isGoodReply({response, error}: JsonObject): boolean {
	const {status_code: status, body} = (response ?? {}) as JsonObject;
	const isGood = Number(status) >= 200 && Number(status) < 300;
	const refusal = typeof body === 'object' && body !== null ? (body as JsonObject).error : null;
	return isEmpty(error) && isGood && isEmpty(refusal);
}

/** A line of results.jsonl or failures.jsonl. */
function isOwnLine(line: JsonObject): boolean {
	return (
		Object.hasOwn(line, 'index') &&
		Object.hasOwn(line, 'model_args') &&
		(Object.hasOwn(line, 'choice_index') || Object.hasOwn(line, 'history'))
	);
}

/** The columns as they were given; those that only say what was asked are what they became. */
function ownRow(line: JsonObject): JsonObject {
	const args = line.prompt_args ?? line.messages_args;
	return {
		prompt: line.prompt ?? line.messages,
		model_name: line.model,
		api: line.provider,
		parameters: line.model_args,
		...(line.input as JsonObject | undefined),
		...(Array.isArray(args) ? {} : (args as JsonObject | undefined)),
	};
}

/** prompto writes what went wrong into the response: `ValueError - …`, or after its last try a sentence. */
const promptoFailure =
	/^(?:An unexpected error occurred when querying the API: |[A-Z]\w*(?:Error|Exception) - )/;

function isAnswer(response: unknown): boolean {
	if (Array.isArray(response)) {
		return response.length > 0 && response.every(isAnswer);
	}

	return !isEmpty(response) && !(typeof response === 'string' && promptoFailure.test(response));
}

function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}
