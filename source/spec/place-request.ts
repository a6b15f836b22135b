import {type ProviderConfig, profileOf} from '../domain/provider.ts';
import type {Endpoint, JsonObject, QueueInfo} from '../domain/request.ts';
import type {UserError} from '../domain/user-error.ts';
import {schemaFields} from './answer-schema.ts';
import {nearest} from './nearest.ts';
import {readRequestRow} from './read-request-row.ts';
import {isProblem, type RequestRow, type RowProblem} from './request-row.ts';
import {specError} from './spec-error.ts';

/** A row with everything that the spec adds to it: where it goes, and all fields of its body. */
export type PlacedRow = Omit<RequestRow, 'endpoint'> & {
	readonly endpoint: Endpoint;
	readonly info: QueueInfo;
};

/** What the rows of a requests file are read with. */
export type RowRules = {
	/** The file as messages show it. */
	readonly display: string;
	/** Providers by name. */
	readonly known: ReadonlyMap<string, ProviderConfig>;
	/** Where a row goes that names no provider. */
	readonly fallback: ProviderConfig;
	/** As the spec writes it; null: the rows say it. */
	readonly endpoint: Endpoint | null;
	/** Groups with a limit of their own, which makes their requests a queue of their own. */
	readonly groups: ReadonlySet<string>;
	/** Body fields that the spec gives to every row; the row's own go before them. */
	readonly params: JsonObject;
	readonly schema: JsonObject | null;
};

/** Throws a UserError that names the line. */
export type PlaceRow = (row: JsonObject, line: number) => PlacedRow;

/** The reader of the rows of one file. All of them go to one endpoint. */
export function createPlacing(rules: RowRules): PlaceRow {
	const {display, endpoint: written, groups, schema} = rules;
	const infoOf = createInfos();
	let first: {readonly endpoint: Endpoint; readonly line: number; readonly fields: JsonObject} | null = null;
	return (row, line) => {
		const where = `${display}:${line}`;
		const read = readRequestRow(row);
		if (isProblem(read)) {
			throw refusal(where, read);
		}

		const endpoint = read.endpoint ?? written ?? 'chat';
		if (written !== null && endpoint !== written) {
			throw specError(
				where,
				`the row is for the ${endpoint} endpoint, but the spec says \`endpoint: ${written}\``,
				'Remove `endpoint` from the spec.',
			);
		}

		const isFirst = first === null || first.endpoint !== endpoint;
		const ofSpec = isFirst ? fieldsOfSpec(rules, endpoint, where) : first!.fields;
		const fields = ofSpec === nothing ? read.fields : {...ofSpec, ...read.fields};
		const problem = questionProblem(read, fields.n ?? 1, endpoint);
		if (problem) {
			throw refusal(where, problem);
		}

		const config = read.api === null ? rules.fallback : providerOf(read.api, rules, where);
		const offered = offerProblem(config, endpoint, fields.n);
		if (offered) {
			throw refusal(where, offered);
		}

		first ??= {endpoint, line, fields: ofSpec};
		if (endpoint !== first.endpoint) {
			throw specError(
				where,
				`the row is for the ${endpoint} endpoint, but line ${first.line} for ${first.endpoint}`,
				'A run has one endpoint: put the rows of each into a file of its own.',
			);
		}

		const formatField = endpoint === 'responses' ? 'text' : 'response_format';
		if (schema !== null && Object.hasOwn(read.fields, formatField)) {
			throw specError(
				where,
				`the \`schema\` of the spec and \`${formatField}\` of the row both give the format of the answer`,
				'Keep one of them; only answers with `schema` are checked.',
			);
		}

		const group = read.group !== null && groups.has(read.group) ? read.group : null;
		return {...read, endpoint, fields, info: infoOf(config.name, read.model, group)};
	};
}

/** What the provider of a row does not give. */
function offerProblem({name, profile}: ProviderConfig, endpoint: Endpoint, n: unknown): RowProblem | null {
	const {endpoints, maxChoices} = profileOf(profile) ?? {endpoints: null, maxChoices: null};
	if (endpoints && !endpoints.includes(endpoint)) {
		return {
			problem: `the provider ${name} has no ${endpoint} endpoint`,
			fix: `It has ${endpoints.join(', ')}.`,
		};
	}

	return maxChoices !== null && typeof n === 'number' && n > maxChoices
		? {problem: `the provider ${name} gives one choice a call`, fix: 'Remove `n`.'}
		: null;
}

function fieldsOfSpec({params, schema}: RowRules, endpoint: Endpoint, where: string): JsonObject {
	if (schema === null) {
		return Object.keys(params).length === 0 ? nothing : params;
	}

	if (endpoint !== 'chat' && endpoint !== 'responses') {
		throw specError(
			where,
			`the row is for the ${endpoint} endpoint, which has no structured output`,
			'Remove `schema` from the spec.',
		);
	}

	return {...params, ...schemaFields(schema, endpoint, params)};
}

const nothing: JsonObject = {};

/** The queue of a provider's model, or of a group of its requests that has a limit of its own. Made once each. */
function createInfos() {
	const known = new Map<string, QueueInfo>();
	return (provider: string, model: string, group: string | null): QueueInfo => {
		const key = group === null ? `${provider}/${model}` : `${provider}/${model} (${group})`;
		const info = known.get(key) ?? {key, provider, model, ...(group !== null && {group})};
		known.set(key, info);
		return info;
	};
}

function questionProblem({question}: RequestRow, n: unknown, endpoint: Endpoint): RowProblem | null {
	const isConversation = question.kind === 'turns' || question.kind === 'messages';
	if (isConversation && endpoint !== 'chat' && endpoint !== 'responses') {
		return {
			problem: `the ${endpoint} endpoint takes one text as its prompt, and no conversation`,
			fix: 'Write the prompt as text, or leave `mode` to chat.',
		};
	}

	if (question.kind === 'turns' && question.turns.length > 1 && n !== 1) {
		return {
			problem: '`n` asks for several answers at once, and a turn follows one answer',
			fix: 'Remove `n`.',
		};
	}

	return typeof n !== 'number' || !Number.isInteger(n) || n < 1
		? {problem: '`n` must be a whole number of at least 1', fix: 'For example: "n": 2'}
		: null;
}

/** The names of prompto where ours differ. */
const aliases: {readonly [api: string]: string} = {'azure-openai': 'azure', 'huggingface-tgi': 'tgi'};

/** APIs of prompto that nothing stands for here, with what to do instead. */
const elsewhere: {readonly [api: string]: RowProblem} = {
	vertexai: {
		problem: 'the api `vertexai` has no OpenAI-compatible address that is the same for everybody',
		fix: 'Write `gemini`, or give your address in the spec: `providers: {vertexai: {base_url: …, api_key_env: …}}`.',
	},
	quart: {
		problem: "the api `quart` is prompto's own server, which does not speak as OpenAI's API does",
		fix: 'Serve the model with vLLM or TGI and write `vllm` or `huggingface-tgi`.',
	},
	test: {
		problem: 'the api `test` is a test inside of prompto',
		fix: 'Write a real one and add --simulate: no key, no network, no cost.',
	},
};

/** The provider that an `api` stands for; names of the spec's `providers` go before those of prompto. */
export function providerNamed(
	api: string,
	known: ReadonlyMap<string, ProviderConfig>,
): ProviderConfig | null {
	return known.get(api) ?? known.get(aliases[api] ?? '') ?? null;
}

function providerOf(api: string, {known}: RowRules, where: string): ProviderConfig {
	const config = providerNamed(api, known);
	if (config) {
		return config;
	}

	const problem = Object.hasOwn(elsewhere, api) ? elsewhere[api] : undefined;
	throw problem
		? refusal(where, problem)
		: specError(
				where,
				`there is no api \`${api}\`; the nearest is \`${nearest(api, [...known.keys(), ...Object.keys(aliases)])}\``,
				`Known here: ${[...known.keys()].join(', ')}. Name any other in the spec: \`providers: {${api}: {base_url: …}}\`.`,
			);
}

function refusal(where: string, {problem, fix}: RowProblem): UserError {
	return specError(where, problem, fix);
}
