import type {Endpoint, JsonObject} from '../domain/request.ts';
import {describeValue} from './describe-value.ts';
import {readPromptoPrompt} from './prompto-prompt.ts';
import type {RequestRow, RowProblem} from './request-row.ts';

/** Keys that say what is asked. All others are carried through, `group` among them. */
const ownKeys = new Set(['id', 'custom_id', 'api', 'model_name', 'prompt', 'parameters', 'mode']);

/** The words of prompto for an endpoint; a row without one goes to the spec's. */
const modes: {readonly [mode: string]: Endpoint} = {chat: 'chat', completion: 'completions'};

const required = ['prompt', 'api', 'model_name'] as const;

/** The words of prompto for how strictly Gemini and Vertex filter. */
const safetyFilters = ['none', 'few', 'some', 'default', 'most'];

/** A row of a prompto experiment: `prompt`, `api`, `model_name`, and what else it may hold. */
export function readPromptoRow(row: JsonObject): RequestRow | RowProblem {
	const missing = required.find(key => isAbsent(row[key]));
	if (missing !== undefined) {
		return {
			problem: `the row has no \`${missing}\``,
			fix: 'A row needs `prompt`, `api` and `model_name`; a line of a batch input file `url` and `body`. Rows that fill templates belong under `args` of a spec.',
		};
	}

	const {api, model_name: model, group} = row;
	for (const key of ['api', 'model_name'] as const) {
		if (typeof row[key] !== 'string') {
			return {problem: `\`${key}\` must be text, not ${describeValue(row[key])}`, fix: 'Quote it.'};
		}
	}

	if (!isAbsent(group) && typeof group !== 'string' && typeof group !== 'number') {
		return {problem: `\`group\` must be text, not ${describeValue(group)}`, fix: 'Quote it.'};
	}

	const mode = String(row.mode);
	const endpoint = isAbsent(row.mode) ? null : Object.hasOwn(modes, mode) ? modes[mode] : undefined;
	if (endpoint === undefined) {
		return {
			problem: `\`mode\` must be chat or completion, not ${describeValue(row.mode)}`,
			fix: 'Remove it for chat.',
		};
	}

	const filter = row.safety_filter;
	if (!isAbsent(filter) && !safetyFilters.includes(String(filter))) {
		return {
			problem: `\`safety_filter\` must be one of ${safetyFilters.join(', ')}, not ${describeValue(filter)}`,
			fix: 'Remove it for the default of the provider.',
		};
	}

	const parameters = parametersOf(row.parameters);
	if ('problem' in parameters) {
		return parameters;
	}

	const question = readPromptoPrompt(row.prompt);
	if ('problem' in question) {
		return question;
	}

	const {fields, problem} = bodyFields(parameters.fields, api as string);
	if (problem !== null) {
		return problem;
	}

	return {
		api: api as string,
		model: model as string,
		group: isAbsent(group) ? null : String(group),
		endpoint,
		question,
		fields,
		input: carriedOf(row),
		notice:
			isAbsent(filter) || filter === 'default'
				? null
				: '`safety_filter` is not sent: the OpenAI-compatible endpoints have no such field',
	};
}

/** An empty cell is no value. */
function isAbsent(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}

function parametersOf(value: unknown): {readonly fields: JsonObject} | RowProblem {
	if (isAbsent(value)) {
		return {fields: {}};
	}

	return typeof value === 'object' && !Array.isArray(value)
		? {fields: value as JsonObject}
		: {
				problem: `\`parameters\` must be an object, not ${describeValue(value)}`,
				fix: 'For example: "parameters": {"temperature": 0, "max_tokens": 100}',
			};
}

/** Fields that another key of the row or we ourselves give. */
const reserved = ['model', 'messages', 'prompt', 'input', 'stream'];

/** What the SDKs behind prompto call a field of the OpenAI-compatible endpoints; all others go out as they stand. */
const otherNames: {readonly [api: string]: {readonly [name: string]: string}} = {
	anthropic: {stop_sequences: 'stop'},
	gemini: {max_output_tokens: 'max_tokens', candidate_count: 'n', stop_sequences: 'stop'},
	ollama: {num_predict: 'max_tokens'},
	'huggingface-tgi': {max_new_tokens: 'max_tokens'},
};

function bodyFields(
	parameters: JsonObject,
	api: string,
): {readonly fields: JsonObject; readonly problem: RowProblem | null} {
	const taken = reserved.find(name => Object.hasOwn(parameters, name) && parameters[name] !== false);
	return {
		fields: namedAsHere(parameters, api),
		problem:
			taken === undefined
				? null
				: {problem: `\`${taken}\` cannot stand in \`parameters\``, fix: 'The row gives it otherwise.'},
	};
}

/** Parameters of prompto under the names that the endpoints have for them. */
export function namedAsHere(parameters: JsonObject, api: string): JsonObject {
	return Object.hasOwn(otherNames, api) ? renamed(parameters, otherNames[api]!) : parameters;
}

function renamed(parameters: JsonObject, names: {readonly [name: string]: string}): JsonObject {
	const entries = Object.entries(parameters);
	return Object.fromEntries(
		entries.map(([name, value]) => [Object.hasOwn(names, name) ? names[name]! : name, value]),
	);
}

const nothing: JsonObject = Object.freeze({});

/** A loop, as this is done for every row of a million. */
function carriedOf(row: JsonObject): JsonObject {
	let carried: {[key: string]: unknown} | null = null;
	for (const key of Object.keys(row)) {
		if (!ownKeys.has(key)) {
			carried ??= {};
			carried[key] = row[key];
		}
	}

	return carried ?? nothing;
}
