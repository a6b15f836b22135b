import type {JsonObject} from './request.ts';

/** Where the answer's schema lies in the wrapper when it refers to itself. */
export const ownAnswerPlace = 'packed_answer';

/** What one entry holds beside the answer, in the schema and in the output that it takes. */
export const wrapperProperties = 4;
export const wrapperLevels = 3;

/**
 * The schema of a pack's answer: a list of entries with the id of an item and the user's own schema, or a text. It is
 * the same for every pack, as an API compiles each new schema anew. Definitions move to the root, where references
 * find them.
 */
export function packSchema(answer: JsonObject | null, asksConfidence: boolean): JsonObject {
	const {$defs, definitions, $schema, $id, ...own} = answer ?? {type: 'string'};
	const refersToItself = hasOwnReference({own, $defs, definitions});
	const defs = {...asObject($defs), ...(refersToItself ? {[ownAnswerPlace]: own} : null)};
	const whole: JsonObject = {
		type: 'object',
		properties: {
			answers: {
				type: 'array',
				items: {
					type: 'object',
					properties: {
						id: {type: 'string'},
						answer: refersToItself ? {$ref: `#/$defs/${ownAnswerPlace}`} : own,
						...(asksConfidence ? {confident: {type: 'boolean'}} : null),
					},
					required: ['id', 'answer', ...(asksConfidence ? ['confident'] : [])],
					additionalProperties: false,
				},
			},
		},
		required: ['answers'],
		additionalProperties: false,
		...($schema === undefined ? null : {$schema}),
		...(Object.keys(defs).length > 0 ? {$defs: defs} : null),
		...(definitions === undefined ? null : {definitions}),
	};
	return refersToItself ? (moveReferences(whole) as JsonObject) : whole;
}

function isOwnReference(value: unknown): value is string {
	return typeof value === 'string' && value.startsWith('#') && !/^#\/(\$defs|definitions)\//.test(value);
}

function hasOwnReference(value: unknown): boolean {
	if (typeof value !== 'object' || value === null) {
		return false;
	}

	return isOwnReference((value as JsonObject).$ref) || Object.values(value).some(hasOwnReference);
}

function moveReferences(value: unknown): unknown {
	if (Array.isArray(value)) {
		return value.map(moveReferences);
	}

	if (typeof value !== 'object' || value === null) {
		return value;
	}

	return Object.fromEntries(
		Object.entries(value).map(([key, inner]) => [
			key,
			key === '$ref' && isOwnReference(inner)
				? `#/$defs/${ownAnswerPlace}${inner.slice(1)}`
				: moveReferences(inner),
		]),
	);
}

function asObject(value: unknown): JsonObject {
	return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}
