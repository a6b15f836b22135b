import type {OpinionSettings} from '../domain/opinions.ts';
import type {JsonObject} from '../domain/request.ts';
import {similar} from './nearest.ts';
import {specError} from './spec-error.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';

const defaults = {min: 3, max: 5, confidence: 0.78};

/** The `opinions` of a spec; null where each request is asked once. `schema`: that of an answer. */
export function readOpinions(
	{opinions, endpoint = 'chat'}: SpecInput,
	schema: JsonObject | null,
	source: SpecSource,
): OpinionSettings | null {
	if (opinions === undefined) {
		return null;
	}

	if (endpoint === 'embeddings' || endpoint === 'moderations') {
		throw specError(
			source.where(['opinions'], 'key'),
			`\`opinions\` compares texts, and the ${endpoint} endpoint answers with none`,
			'Use `endpoint: chat`, or remove `opinions`.',
		);
	}

	const {min = defaults.min, confidence = defaults.confidence, label = null, clear = null} = opinions;
	const {max = Math.max(defaults.max, min)} = opinions;
	if (min > max) {
		throw specError(
			source.where(['opinions', 'min']),
			`\`opinions.min\` is ${min}, above \`opinions.max\`, which is ${max}`,
			'Lower `min`, or raise `max`.',
		);
	}

	if (clear !== null && label === null) {
		throw specError(
			source.where(['opinions', 'clear']),
			'`opinions.clear` names a field of the answer, and no field holds its label',
			'Add `label`, the field to compare.',
		);
	}

	for (const [key, field] of Object.entries({label, clear})) {
		if (field !== null) {
			refuseUnknownField(key, field, schema, source);
		}
	}

	return {min, max, confidence, label, clear};
}

/** A schema that says what an answer holds would keep the field out of it for ever. */
function refuseUnknownField(key: string, field: string, schema: JsonObject | null, source: SpecSource): void {
	const properties = schema?.properties;
	if (typeof properties !== 'object' || properties === null || Object.hasOwn(properties, field)) {
		return;
	}

	const names = Object.keys(properties);
	const meant = similar(field, names);
	throw specError(
		source.where(['opinions', key]),
		`the schema has no field \`${field}\``,
		meant === null ? `Its fields: ${names.join(', ')}.` : `Did you mean \`${meant}\`?`,
	);
}
