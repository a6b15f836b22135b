import type {JsonObject} from '../domain/request.ts';
import {asObject} from './json-value.ts';

/** Puts what `$ref` and `allOf` bring in its place. An unknown reference allows anything. */
export function resolveSchema(schema: JsonObject, root: JsonObject, mostHops = 32): JsonObject {
	let resolved = schema;
	let hops = mostHops;
	// A schema that only refers to itself would go on for ever.
	for (; hops > 0 && typeof resolved.$ref === 'string'; hops--) {
		const {$ref, ...own} = resolved;
		resolved = merge(follow($ref as string, root), own);
	}

	const {allOf, ...own} = resolved;
	return Array.isArray(allOf)
		? allOf.reduce((all, part) => merge(all, resolvePart(part, root, hops)), own)
		: resolved;
}

function resolvePart(part: unknown, root: JsonObject, hops: number): JsonObject {
	return hops > 0 ? resolveSchema(asObject(part) ?? {}, root, hops - 1) : {};
}

/** A JSON pointer inside the same document: `#`, `#/$defs/tree`, `#/properties/a%25b`. */
function follow(reference: string, root: JsonObject): JsonObject {
	let found: unknown = root;
	for (const step of reference.replace(/^#\/?/, '').split('/').filter(Boolean)) {
		const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
		found = (found as {readonly [key: string]: unknown} | undefined)?.[name];
	}

	return asObject(found) ?? {};
}

function merge(first: JsonObject, second: JsonObject): JsonObject {
	const merged = {...first, ...second};
	const properties = {...asObject(first.properties), ...asObject(second.properties)};
	const required = [...strings(first.required), ...strings(second.required)];
	return {
		...merged,
		...(Object.keys(properties).length > 0 && {properties}),
		...(required.length > 0 && {required: [...new Set(required)]}),
	};
}

export function strings(value: unknown): readonly string[] {
	return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}
