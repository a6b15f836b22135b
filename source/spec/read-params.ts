import type {Endpoint, JsonObject} from '../domain/request.ts';
import {schemaFields} from './answer-schema.ts';
import type {Axis, ParamsItem} from './spec.ts';
import {specError} from './spec-error.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';
import type {DataPath} from './yaml-source.ts';

const keyElsewhere =
	'the run would keep a copy of the key; it is read from the variable that `api_key_env` names';

/** Body fields that are not the user's to set in `params`, with the reason. */
export const reservedParams: {readonly [name: string]: string} = {
	model: 'the key `model` of the spec gives it',
	messages: 'the key `prompts` of the spec gives it',
	prompt: 'the key `prompts` of the spec gives it',
	input: 'the key `prompts` of the spec gives it',
	api_key: keyElsewhere,
	apikey: keyElsewhere,
	'api-key': keyElsewhere,
	authorization: keyElsewhere,
	Authorization: keyElsewhere,
	stream: 'answers are read whole',
	stream_options: 'answers are read whole',
};

/** The params axis, each item with all the body fields that it leads to. */
export function readParams(
	input: SpecInput,
	schema: JsonObject | null,
	source: SpecSource,
): Axis<ParamsItem> {
	const endpoint = input.endpoint ?? 'chat';
	const isList = Array.isArray(input.params);
	const written = input.params === undefined ? [{}] : [input.params].flat();
	const items = written.map((params, i) => {
		const path: DataPath = isList ? ['params', i] : ['params'];
		refuseReserved(params, path, source);
		refuseForeign(params, endpoint, path, source);
		refuseBadCount(params, path, source);
		if (!schema) {
			return {params, body: params};
		}

		refuseTwoFormats(params, endpoint, path, source);
		return {params, body: {...params, ...schemaFields(schema, endpoint, params)}};
	});
	return {items, isList};
}

/** The first field that is not the user's to set; `stream: false` is what happens anyway. */
export function reservedParam(params: JsonObject): string | undefined {
	return Object.keys(params).find(name => Object.hasOwn(reservedParams, name) && params[name] !== false);
}

function refuseReserved(params: JsonObject, path: DataPath, source: SpecSource): void {
	const key = reservedParam(params);
	if (key !== undefined) {
		throw specError(
			source.where([...path, key], 'key'),
			`\`${key}\` cannot be set in \`params\`: ${reservedParams[key]}`,
			'Remove it.',
		);
	}
}

/** Body fields that some endpoints have and others refuse, with what does the same there. */
const fieldsOf: {
	readonly [name: string]: {readonly [E in Endpoint]?: true} & {readonly instead?: string};
} = {
	n: {chat: true, completions: true},
	tools: {chat: true, responses: true},
	tool_choice: {chat: true, responses: true},
	response_format: {chat: true, completions: true, instead: 'text'},
	max_tokens: {chat: true, completions: true, instead: 'max_output_tokens'},
	max_completion_tokens: {chat: true, instead: 'max_output_tokens'},
	max_output_tokens: {responses: true, instead: 'max_tokens'},
};

function refuseForeign(params: JsonObject, endpoint: Endpoint, path: DataPath, source: SpecSource): void {
	const key = Object.keys(params).find(
		name => Object.hasOwn(fieldsOf, name) && fieldsOf[name]![endpoint] !== true && says(name, params[name]),
	);
	if (key !== undefined) {
		const {instead} = fieldsOf[key]!;
		const isText = endpoint !== 'embeddings' && endpoint !== 'moderations';
		throw specError(
			source.where([...path, key], 'key'),
			`the ${endpoint} endpoint has no \`${key}\``,
			instead && isText ? `It is \`${instead}\` there.` : 'Remove it.',
		);
	}
}

/** One choice is what every endpoint gives. */
function says(name: string, value: unknown): boolean {
	return value !== undefined && value !== null && !(name === 'n' && value === 1);
}

function refuseBadCount(params: JsonObject, path: DataPath, source: SpecSource): void {
	const n = params.n ?? 1;
	if (typeof n !== 'number' || !Number.isInteger(n) || n < 1) {
		throw specError(
			source.where([...path, 'n']),
			'`params.n` must be a whole number of at least 1',
			'For example: `n: 2`',
		);
	}
}

function refuseTwoFormats(params: JsonObject, endpoint: Endpoint, path: DataPath, source: SpecSource): void {
	const inText = (params.text as JsonObject | undefined)?.format !== undefined && endpoint === 'responses';
	if (params.response_format !== undefined || inText) {
		const key = inText ? 'text' : 'response_format';
		throw specError(
			source.where([...path, key], 'key'),
			`\`schema\` and \`params.${key}\` both give the format of the answer`,
			'Keep one of them; only answers with `schema` are checked.',
		);
	}
}
