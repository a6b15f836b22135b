import type {JsonObject} from '../domain/request.ts';
import {missingParameterCode} from './api-error.ts';
import type {BatchCheck, BatchError, BatchRecord} from './batch-record.ts';
import {breathe} from './breathe.ts';
import {asObject, parseJson} from './json-value.ts';
import type {LineIndex} from './line-index.ts';
import {checkBody} from './model-body.ts';
import type {ModelRoute} from './model-route.ts';

const mostLines = 50_000;
const mostErrors = 100;

/** What a file as a whole is refused for. */
export function failedCheck(code: string, message: string, param: string | null = null): BatchCheck {
	return {lines: 0, model: null, promptTokens: 0, missing: 0, errors: [{code, line: null, message, param}]};
}

/** Reads every line as the API does before it begins: one bad line fails the batch. */
export async function checkLines(
	lines: LineIndex,
	route: ModelRoute,
	{endpoint}: BatchRecord,
	signal: AbortSignal,
): Promise<BatchCheck> {
	if (lines.count === 0) {
		return failedCheck('empty_file', 'The input file is empty.');
	}

	if (lines.count > mostLines) {
		return failedCheck('too_many_tasks', `The input file has more than ${mostLines} requests.`);
	}

	const customIds = new Set<string>();
	const errors: BatchError[] = [];
	let model: string | null = null;
	let promptTokens = 0;
	for (let position = 0; position < lines.count && errors.length < mostErrors; position++) {
		await breathe(position, signal);
		const line = asObject(parseJson(lines.read(position)));
		const body = asObject(line?.body);
		if (typeof body?.model === 'string') {
			model ??= body.model;
		}

		const found = line
			? checkLine(line, endpoint, model, customIds)
			: problem('invalid_json_line', 'This line is not parseable as valid JSON.');
		const tokens = body && !found ? checkBody(route, body) : 0;
		if (found) {
			errors.push({...found, line: lines.lineNumber(position)});
		} else if (typeof tokens === 'number') {
			promptTokens += tokens;
		} else if (failsBatch(tokens.error.code)) {
			const {code, message, param} = tokens.error;
			errors.push({
				code: code!,
				line: lines.lineNumber(position),
				message,
				param: param === null ? 'body.model' : `body.${param}`,
			});
		}
	}

	return {lines: lines.count, model, promptTokens, missing: 0, errors};
}

/** Other bad bodies are found when their line is answered, and only that line fails. */
function failsBatch(code: string | null): boolean {
	return code === missingParameterCode || code === 'model_not_found';
}

function checkLine(
	line: JsonObject,
	endpoint: string,
	model: string | null,
	customIds: Set<string>,
): Omit<BatchError, 'line'> | null {
	const {custom_id: customId, method, url} = line;
	const body = asObject(line.body);
	if (typeof customId !== 'string' || customId === '') {
		return problem(missingParameterCode, "Missing required parameter: 'custom_id'.", 'custom_id');
	}

	if (customIds.has(customId)) {
		const message = `The custom_id '${customId}' for this request is a duplicate of another request.`;
		return problem('duplicate_custom_id', message, 'custom_id');
	}

	customIds.add(customId);
	if (method !== 'POST') {
		return problem('invalid_method', "The HTTP method must be 'POST'.", 'method');
	}

	if (url !== endpoint) {
		const message = 'The URL provided for this request does not match the batch endpoint.';
		return problem('url_mismatch', message, 'url');
	}

	if (!body) {
		return problem(missingParameterCode, "Missing required parameter: 'body'.", 'body');
	}

	if (typeof body.model === 'string' && body.model !== model) {
		const message = `The model '${body.model}' does not match the model '${model}' of the other requests.`;
		return problem('model_mismatch', message, 'body.model');
	}

	return null;
}

function problem(code: string, message: string, param: string | null = null): Omit<BatchError, 'line'> {
	return {code, message, param};
}
