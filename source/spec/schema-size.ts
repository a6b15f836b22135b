import type {JsonObject} from '../domain/request.ts';

/** What an API that holds a model to a schema counts of it. */
export type SchemaSize = {
	readonly properties: number;
	/** Objects and lists within each other. */
	readonly levels: number;
	readonly enumValues: number;
	/** Names of properties and definitions, and values of enums and constants. */
	readonly characters: number;
};

/** What OpenAI takes as strict structured output. */
export const mostOfSchema: SchemaSize = {properties: 5000, levels: 10, enumValues: 1000, characters: 120_000};

const namedPlaces = ['properties', '$defs', 'definitions'] as const;
const nestingTypes: ReadonlySet<unknown> = new Set(['object', 'array']);

export function sizeOfSchema(schema: JsonObject): SchemaSize {
	const size = {properties: 0, levels: 0, enumValues: 0, characters: 0};
	visit(schema, 0);
	return size;

	function visit(node: unknown, level: number): void {
		if (typeof node !== 'object' || node === null) {
			return;
		}

		if (Array.isArray(node)) {
			for (const inner of node) {
				visit(inner, level);
			}

			return;
		}

		const fields = node as JsonObject;
		const own = level + (nestingTypes.has(fields.type) || fields.properties || fields.items ? 1 : 0);
		size.levels = Math.max(size.levels, own);
		for (const [key, inner] of Object.entries(fields)) {
			if (key === 'enum' || key === 'const') {
				const values = [inner].flat();
				size.enumValues += key === 'enum' ? values.length : 0;
				size.characters += values.reduce<number>((sum, value) => sum + String(value).length, 0);
			} else if (
				(namedPlaces as readonly string[]).includes(key) &&
				typeof inner === 'object' &&
				inner !== null
			) {
				const names = Object.keys(inner);
				size.properties += key === 'properties' ? names.length : 0;
				size.characters += names.join('').length;
				names.forEach(name => void visit((inner as JsonObject)[name], key === 'properties' ? own : 0));
			} else {
				visit(inner, own);
			}
		}
	}
}
