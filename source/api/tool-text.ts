import type {JsonObject} from '../domain/request.ts';

/**
 * The functions of a request as the models are shown them: not as JSON but as TypeScript types, which is what their
 * tokens are counted of. Found in how recorded usage grows with each part (fixtures/token-counts.json).
 */
export function toolText(functions: readonly JsonObject[]): string {
	const types = functions.map(({name, description, parameters}) => {
		const fields = fieldLines(asObject(parameters));
		const argument = fields === '' ? '' : `_: {\n${fields}\n}`;
		return `${noteOf(description)}type ${String(name)} = (${argument}) => any;\n\n`;
	});
	return `namespace functions {\n\n${types.join('')}} // namespace functions`;
}

function fieldLines({properties, required}: JsonObject): string {
	const names = new Set(Array.isArray(required) ? required : []);
	return Object.entries(asObject(properties))
		.map(([name, value]) => {
			const schema = asObject(value);
			const preset = schema.default === undefined ? '' : ` // default: ${JSON.stringify(schema.default)}`;
			const optional = names.has(name) ? '' : '?';
			return `${noteOf(schema.description)}${name}${optional}: ${typeText(schema)},${preset}`;
		})
		.join('\n');
}

function noteOf(description: unknown): string {
	return typeof description === 'string' && description !== '' ? `// ${description}\n` : '';
}

function typeText(schema: JsonObject): string {
	const {type, enum: values, const: value, items, anyOf, oneOf} = schema;
	const choices = anyOf ?? oneOf;
	if (Array.isArray(choices)) {
		return choices.map(choice => typeText(asObject(choice))).join(' | ');
	}

	if (Array.isArray(values)) {
		return values.map(one => JSON.stringify(one)).join(' | ');
	}

	if (value !== undefined) {
		return JSON.stringify(value);
	}

	switch (type) {
		case 'object':
			return `{\n${fieldLines(schema)}\n}`;
		case 'array':
			return items === undefined ? 'any[]' : `${typeText(asObject(items))}[]`;
		case 'integer':
			return 'number';
		case 'string':
		case 'number':
		case 'boolean':
		case 'null':
			return type;
		default:
			return Array.isArray(type) ? type.join(' | ') : 'any';
	}
}

function asObject(value: unknown): JsonObject {
	return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}
