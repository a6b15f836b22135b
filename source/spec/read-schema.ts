import type {SchemaCheck} from '../domain/ports.ts';
import type {JsonObject} from '../domain/request.ts';
import {compileAnswerSchema, strictProblems} from './answer-schema.ts';
import {describeValue} from './describe-value.ts';
import type {SpecFile} from './spec.ts';
import {specError} from './spec-error.ts';
import {findFile} from './spec-files.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';
import {plainText} from './text-file.ts';
import {readYaml} from './yaml-source.ts';

export type ReadSchema = {
	readonly schema: JsonObject | null;
	readonly check: SchemaCheck | null;
	readonly warnings: readonly string[];
};

/** The JSON Schema of an answer, inline or from its file, with a check made of it. */
export async function readSchema(
	input: SpecInput,
	files: readonly SpecFile[],
	source: SpecSource,
): Promise<ReadSchema> {
	if (input.schema === undefined) {
		return {schema: null, check: null, warnings: []};
	}

	const endpoint = input.endpoint ?? 'chat';
	if (endpoint !== 'chat' && endpoint !== 'responses') {
		throw specError(
			source.where(['schema'], 'key'),
			`the ${endpoint} endpoint has no structured output`,
			'Remove `schema`, or use `endpoint: chat`.',
		);
	}

	const {schema, where} =
		typeof input.schema === 'string'
			? schemaFile(findFile(files, input.schema))
			: {schema: input.schema, where: source.where(['schema'])};
	const compiled = await compileAnswerSchema(schema);
	if (compiled.kind === 'bad') {
		throw specError(where, `not a valid JSON Schema: ${compiled.problem}`, 'Correct the schema.');
	}

	const warnings = strictProblems(schema).map(
		problem => `${where}: ${problem}, which OpenAI's strict structured output needs.`,
	);
	return {schema, check: compiled.check, warnings};
}

/** JSON is a part of YAML, so one reader gives line and column for both. */
function schemaFile(file: SpecFile): {schema: JsonObject; where: string} {
	const {data} = readYaml(plainText(file.bytes!), file.display);
	if (typeof data !== 'object' || data === null || Array.isArray(data)) {
		throw specError(
			`${file.display}:1:1`,
			`a JSON Schema must be an object, not ${describeValue(data)}`,
			'For example: {"type": "object", "properties": {…}}',
		);
	}

	return {schema: data as JsonObject, where: `${file.display}:1:1`};
}
