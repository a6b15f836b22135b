import type {Endpoint, JsonObject} from '../domain/request.ts';
import {describeValue, orList} from './describe-value.ts';
import type {Question, RequestRow, RowProblem} from './request-row.ts';

/** The paths that a line may name, without `/v1`. */
const endpoints: {readonly [path: string]: Endpoint} = {
	'/chat/completions': 'chat',
	'/completions': 'completions',
	'/responses': 'responses',
	'/embeddings': 'embeddings',
	'/moderations': 'moderations',
};

const ownKeys = new Set(['custom_id', 'id', 'method', 'url', 'body']);

/** A batch line holds a body and says where it goes; a prompto row does neither. */
export function isBatchLine(row: JsonObject): boolean {
	return (row.body !== undefined || row.url !== undefined) && row.prompt === undefined;
}

/** A line of an OpenAI batch input file: `custom_id`, `method`, `url`, `body`. */
export function readBatchLine(row: JsonObject): RequestRow | RowProblem {
	const {method, url, body} = row;
	if (method !== undefined && String(method).toUpperCase() !== 'POST') {
		return {problem: `\`method\` must be POST, not ${describeValue(method)}`, fix: 'Correct it.'};
	}

	const path = String(url).replace(/^\/v1(?=\/)/, '');
	const endpoint = Object.hasOwn(endpoints, path) ? endpoints[path] : undefined;
	if (endpoint === undefined) {
		const known = Object.keys(endpoints).map(path => `/v1${path}`);
		return {
			problem:
				url === undefined
					? 'a line of a batch input file must have a `url`'
					: `\`url\` must be ${orList(known)}, not ${describeValue(url)}`,
			fix: 'For example: "url": "/v1/chat/completions"',
		};
	}

	if (!isMap(body)) {
		return {
			problem:
				body === undefined ? '`body` is missing' : `\`body\` must be an object, not ${describeValue(body)}`,
			fix: 'It holds the call: "body": {"model": "gpt-4o-mini", "messages": […]}',
		};
	}

	const {model} = body;
	if (typeof model !== 'string' || model === '') {
		return {problem: '`body.model` must be the name of a model', fix: 'For example: "model": "gpt-4o-mini"'};
	}

	if (body.stream !== undefined && body.stream !== false) {
		return {problem: '`body.stream` cannot be set: answers are read whole', fix: 'Remove it.'};
	}

	const field = promptField(endpoint);
	const question = questionOf(endpoint, body[field]);
	if (question === null) {
		return promptProblem(endpoint, field, body[field]);
	}

	const {model: _, [field]: __, ...fields} = body;
	return {
		api: null,
		model,
		group: null,
		endpoint,
		question,
		fields,
		input: Object.fromEntries(Object.entries(row).filter(([key]) => !ownKeys.has(key))),
		notice: null,
	};
}

/** The body field that holds the prompt of an endpoint. */
export function promptField(endpoint: Endpoint): 'messages' | 'prompt' | 'input' {
	return endpoint === 'chat' ? 'messages' : endpoint === 'completions' ? 'prompt' : 'input';
}

function promptProblem(endpoint: Endpoint, field: string, value: unknown): RowProblem {
	if (value === undefined) {
		return {
			problem: `\`body.${field}\` is missing`,
			fix: `The ${endpoint} endpoint takes its prompt there.`,
		};
	}

	return endpoint === 'chat'
		? {
				problem: `\`body.${field}\` must be a list of messages`,
				fix: 'A message is {"role": "user", "content": "…"}.',
			}
		: {
				problem: `\`body.${field}\` cannot be ${describeValue(value)}`,
				fix: `The ${endpoint} endpoint takes its prompt there.`,
			};
}

function questionOf(endpoint: Endpoint, value: unknown): Question | null {
	const takesMessages = endpoint === 'chat' || endpoint === 'responses';
	if (takesMessages && Array.isArray(value) && value.length > 0 && value.every(isMap)) {
		return {kind: 'messages', messages: value, raw: value};
	}

	if (endpoint === 'chat') {
		return null;
	}

	if (typeof value === 'string') {
		return {kind: 'text', text: value};
	}

	return Array.isArray(value) && value.length > 0 ? {kind: 'other', value} : null;
}

function isMap(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
