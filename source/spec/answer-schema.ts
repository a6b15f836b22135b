import type {SchemaCheck} from '../domain/ports.ts';
import type {Endpoint, JsonObject} from '../domain/request.ts';

/** What a check of an answer says, or why the schema itself is not one. */
export type CompiledSchema =
	| {readonly kind: 'ok'; readonly check: SchemaCheck}
	| {readonly kind: 'bad'; readonly problem: string};

/** JSON Schema 2020-12, or draft-07 where `$schema` says so. Formats are not checked, unknown keywords pass. */
export async function compileAnswerSchema(schema: JsonObject): Promise<CompiledSchema> {
	const isDraft07 = /draft-0?7/.test(String(schema.$schema ?? ''));
	const Ajv = isDraft07 ? (await import('./ajv-draft-07.ts')).Ajv : (await import('./ajv-2020.ts')).Ajv2020;
	try {
		const ajv = new Ajv({strict: false, validateFormats: false, logger: false});
		const validate = ajv.compile(schema);
		return {
			kind: 'ok',
			check: value => {
				if (validate(value)) {
					return null;
				}

				const error = validate.errors?.[0];
				const place = error?.instancePath.slice(1).replaceAll('/', '.') || 'the answer';
				return `${place} ${error?.message ?? 'does not satisfy the schema'}${detail(error?.params)}`;
			},
		};
	} catch (error) {
		return {kind: 'bad', problem: error instanceof Error ? error.message : String(error)};
	}
}

function detail(params: {readonly [key: string]: unknown} | undefined): string {
	if (typeof params?.additionalProperty === 'string') {
		return `: ${params.additionalProperty}`;
	}

	return Array.isArray(params?.allowedValues) ? `: ${params.allowedValues.join(', ')}` : '';
}

/** The body fields that ask for answers of this schema. */
export function schemaFields(
	schema: JsonObject,
	endpoint: Endpoint,
	params: JsonObject,
	name = schemaName(schema),
): JsonObject {
	const format = {name, strict: true, schema};
	return endpoint === 'responses'
		? {text: {...(params.text as JsonObject | undefined), format: {type: 'json_schema', ...format}}}
		: {response_format: {type: 'json_schema', json_schema: format}};
}

/** From the schema alone: the name of the run is not part of what is asked. */
export function schemaName({title}: JsonObject): string {
	const name = typeof title === 'string' ? title.replaceAll(/[^A-Za-z0-9_-]+/g, '_').slice(0, 64) : '';
	return name === '' ? 'answer' : name;
}

/** Where a strict API would refuse the schema: every object names all of its keys as required, and no others. */
export function strictProblems(schema: JsonObject, path = 'the schema'): readonly string[] {
	const problems: string[] = [];
	const properties = objectAt(schema, 'properties');
	if (schema.type === 'object' || properties) {
		const required = Array.isArray(schema.required) ? schema.required : [];
		const optional = Object.keys(properties ?? {}).filter(key => !required.includes(key));
		if (schema.additionalProperties !== false) {
			problems.push(`${path} lacks \`additionalProperties: false\``);
		}

		if (optional.length > 0) {
			problems.push(`${path} does not require ${optional.join(', ')}`);
		}
	}

	for (const [key, child] of Object.entries(properties ?? {})) {
		problems.push(...strictProblems(child as JsonObject, key));
	}

	for (const [key, child] of Object.entries(objectAt(schema, '$defs') ?? {})) {
		problems.push(...strictProblems(child as JsonObject, key));
	}

	const items = objectAt(schema, 'items');
	return items ? [...problems, ...strictProblems(items, `items of ${path}`)] : problems;
}

function objectAt(schema: JsonObject, key: string): JsonObject | null {
	const value = schema?.[key];
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}
