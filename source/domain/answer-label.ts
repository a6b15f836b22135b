import type {JsonObject} from './request.ts';

/**
 * What makes two answers equal: of a checked object its field (`a.b`), or all of it with its keys in order; of a
 * text its words, whatever their case and the signs around them.
 */
export function labelOf(text: string | null, parsed: unknown, field: string | null): string {
	if (parsed !== undefined && parsed !== null) {
		const value = field === null ? parsed : fieldOf(parsed, field);
		return typeof value === 'string' ? value : canonical(value);
	}

	return (text ?? '')
		.toLowerCase()
		.replaceAll(/\s+/g, ' ')
		.replaceAll(/^[\s"'`*.]+|[\s"'`*.!]+$/g, '');
}

function fieldOf(value: unknown, field: string): unknown {
	return field
		.split('.')
		.reduce<unknown>((inner, key) => (inner as JsonObject | null | undefined)?.[key], value);
}

/** JSON in which the order of keys does not matter. */
function canonical(value: unknown): string {
	return (
		JSON.stringify(value, (_, inner: unknown) =>
			typeof inner === 'object' && inner !== null && !Array.isArray(inner)
				? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
				: inner,
		) ?? 'null'
	);
}
