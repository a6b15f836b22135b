import type {JsonObject} from '../domain/request.ts';
import type {ApiError} from './api-error.ts';
import {invalidRequest, invalidType, missingParameter} from './api-error.ts';
import {asObject} from './json-value.ts';
import {notableWords, writeProse, writeSentence} from './prose.ts';
import type {Random} from './random.ts';
import {hashText} from './random.ts';
import {sampleSchema} from './schema-sample.ts';

/** The form that the caller wants the text in. */
export type TextForm =
	| {readonly kind: 'prose'}
	| {readonly kind: 'json'}
	| {readonly kind: 'schema'; readonly schema: unknown};

/** One author for all choices of a call. */
export type Author = {
	readonly form: TextForm;
	readonly words: readonly string[];
	readonly questionHash: number;
	readonly random: Random;
};

export function createAuthor(prompt: string, form: TextForm, random: Random): Author {
	return {form, words: notableWords(prompt), questionHash: hashText(prompt), random};
}

export function writeText({form, words, questionHash, random}: Author): string {
	switch (form.kind) {
		case 'prose':
			return writeProse(random, words);
		case 'json':
			return JSON.stringify({answer: writeSentence(random, words), words: words.slice(0, 3)});
		case 'schema':
			return JSON.stringify(sampleSchema(form.schema, {random, words, questionHash}));
	}
}

/**
 * Reads `response_format` of chat or `text.format` of responses. Chat wraps the schema in a `json_schema` object;
 * responses does not.
 */
export function readForm(format: unknown, param: string): TextForm | ApiError {
	const fields = asObject(format);
	if (!fields) {
		return format === undefined || format === null ? {kind: 'prose'} : invalidType(param, 'an object');
	}

	switch (fields.type) {
		case undefined:
			return missingParameter(`${param}.type`);
		case 'text':
			return {kind: 'prose'};
		case 'json_object':
			return {kind: 'json'};
		case 'json_schema':
			return readSchemaForm(fields, param);
		default:
			return invalidRequest(
				`Invalid value: '${String(fields.type)}'. Supported values are: 'json_object', 'json_schema', and 'text'.`,
				`${param}.type`,
				'invalid_value',
			);
	}
}

function readSchemaForm(fields: JsonObject, param: string): TextForm | ApiError {
	const wrapped = param === 'response_format';
	const holder = wrapped ? asObject(fields.json_schema) : fields;
	const path = wrapped ? `${param}.json_schema` : param;
	if (!holder) {
		return missingParameter(path);
	}

	if (typeof holder.name !== 'string') {
		return missingParameter(`${path}.name`);
	}

	if (!/^[\w-]{1,64}$/.test(holder.name)) {
		return invalidRequest(
			`Invalid '${path}.name': it may have letters, digits, '_' and '-' only.`,
			`${path}.name`,
			'invalid_value',
		);
	}

	return asObject(holder.schema)
		? {kind: 'schema', schema: holder.schema}
		: missingParameter(`${path}.schema`);
}

export function isForm(form: TextForm | ApiError): form is TextForm {
	return 'kind' in form;
}
