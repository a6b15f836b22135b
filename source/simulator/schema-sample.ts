import type {JsonObject} from '../domain/request.ts';
import {asList, asObject} from './json-value.ts';
import {sampleNumber} from './number-sample.ts';
import type {Random} from './random.ts';
import {hashText, pick, wholeBetween} from './random.ts';
import {resolveSchema, strings} from './schema-reference.ts';
import {sampleString} from './string-sample.ts';

/** What the values are made of. */
export type SampleSource = {
	readonly random: Random;
	/** Words that texts may mention; never empty. */
	readonly words: readonly string[];
	/** The same for every model and every repetition that is asked the same question. */
	readonly questionHash: number;
};

/** Where in the document the value will stand. */
type Place = {
	readonly source: SampleSource;
	readonly root: JsonObject;
	/** The name of the property, or of the one that holds the list. */
	readonly name: string;
	readonly depth: number;
	/** Position in the nearest list around it. */
	readonly position: number;
	/** Of the whole document; counts down. */
	readonly budget: {values: number};
};

/** From here on only what is required, so that a recursive schema comes to an end. */
const deep = 6;
/** A schema may be recursive without a way out: then nulls end it, though they break it. */
const bottom = 40;
const mostValues = 20_000;
const longestList = 1000;

/**
 * A value that satisfies a JSON Schema: the strict subset of structured outputs, and of the rest what can be met
 * by looking at one keyword at a time (no `not`, `if`, `contains`, `dependent…`).
 */
export function sampleSchema(schema: unknown, source: SampleSource): unknown {
	const budget = {values: mostValues};
	return sample(schema, {source, root: asObject(schema) ?? {}, name: '', depth: 0, position: 0, budget});
}

function sample(rawSchema: unknown, place: Place): unknown {
	const schema = resolveSchema(asObject(rawSchema) ?? {}, place.root);
	if (place.depth > bottom || place.budget.values-- <= 0) {
		return null;
	}

	if (schema.const !== undefined) {
		return schema.const;
	}

	if (Array.isArray(schema.enum) && schema.enum.length > 0) {
		return sampleEnum(schema.enum, place);
	}

	for (const keyword of ['anyOf', 'oneOf']) {
		const {[keyword]: options, ...own} = schema;
		if (Array.isArray(options) && options.length > 0) {
			const option = resolveSchema(asObject(pickOption(options, place)) ?? {}, place.root);
			return sample({...own, ...option}, {...place, depth: place.depth + 1});
		}
	}

	return sampleType(pickType(schema, place), schema, place);
}

function sampleType(type: string, schema: JsonObject, place: Place): unknown {
	const {source, name} = place;
	switch (type) {
		case 'object':
			return sampleObject(schema, place);
		case 'array':
			return sampleArray(schema, place);
		case 'integer':
		case 'number':
			return sampleNumber(schema, {whole: type === 'integer', name, random: source.random});
		case 'boolean':
			return source.random() < 0.5;
		case 'null':
			return null;
		default:
			return sampleString(schema, {name, random: source.random, words: source.words});
	}
}

/**
 * Mostly the one that the question leans to, so that repeated and different models tend to agree, as real ones do.
 * An id out of a list belongs to the item at that position.
 */
function sampleEnum(values: readonly unknown[], {source, name, position}: Place): unknown {
	if (/^(id|index|key|number)$/i.test(name)) {
		return values[position % values.length];
	}

	return source.random() < 0.8
		? values[hashText(`${name}/${position}`, source.questionHash) % values.length]
		: pick(source.random, values);
}

function pickOption(options: readonly unknown[], {source, root, depth}: Place): unknown {
	const weights = options.map(option => weight(resolveSchema(asObject(option) ?? {}, root)));
	const lightest = Math.min(...weights);
	return depth >= deep ? options[weights.indexOf(lightest)] : pick(source.random, options);
}

/** How far a schema is from coming to an end. */
function weight(schema: JsonObject): number {
	const type = strings(schema.type)[0] ?? schema.type;
	return type === 'null' ? 0 : type === 'array' ? 2 : type === 'object' || type === undefined ? 3 : 1;
}

function pickType(schema: JsonObject, {source, depth}: Place): string {
	const types = strings(schema.type);
	if (types.length > 0) {
		const solid = types.filter(type => type !== 'null');
		const wantsNull = solid.length < types.length && (depth >= deep || source.random() < 0.15);
		return wantsNull || solid.length === 0 ? 'null' : pick(source.random, solid);
	}

	return typeof schema.type === 'string' ? schema.type : impliedType(schema);
}

function impliedType(schema: JsonObject): string {
	if (schema.properties ?? schema.required ?? schema.additionalProperties) {
		return 'object';
	}

	if (schema.items ?? schema.prefixItems ?? schema.minItems) {
		return 'array';
	}

	return schema.minimum === undefined && schema.maximum === undefined && schema.multipleOf === undefined
		? 'string'
		: 'number';
}

function sampleObject(schema: JsonObject, place: Place): JsonObject {
	const {source, depth} = place;
	const properties = asObject(schema.properties) ?? {};
	const required = new Set(strings(schema.required));
	const names = Object.keys(properties).filter(
		name => required.has(name) || (depth < deep && source.random() < 0.8),
	);
	const extra = [...required].filter(name => !Object.hasOwn(properties, name));
	if (Object.keys(properties).length === 0 && asObject(schema.additionalProperties) && depth < deep) {
		extra.push(...source.words.slice(0, 3).filter(word => !required.has(word)));
	}

	const least = typeof schema.minProperties === 'number' ? Math.min(schema.minProperties, longestList) : 0;
	for (let more = 1; names.length + extra.length < least; more++) {
		extra.push(`property${more}`);
	}

	// From entries, as a property may be called __proto__.
	return Object.fromEntries(
		[...names, ...extra].map(name => [
			name,
			sample(Object.hasOwn(properties, name) ? properties[name] : schema.additionalProperties, {
				...place,
				name,
				depth: depth + 1,
			}),
		]),
	);
}

function sampleArray(schema: JsonObject, place: Place): readonly unknown[] {
	const {source, depth, name} = place;
	const first = asList(schema.prefixItems);
	const atLeast = typeof schema.minItems === 'number' ? Math.min(schema.minItems, longestList) : 0;
	const atMost = typeof schema.maxItems === 'number' ? schema.maxItems : Infinity;
	const low = Math.max(atLeast, Math.min(1, atMost));
	const high = schema.items === false ? first.length : Math.min(atMost, Math.max(low + 2, first.length));
	const length = depth >= deep ? atLeast : wholeBetween(source.random, Math.min(low, high), high);
	const items: unknown[] = [];
	const seen = new Set<string>();
	for (let tries = 0; items.length < length && tries < length + 200; tries++) {
		const position = items.length;
		const item = sample(first[position] ?? schema.items, {...place, name, depth: depth + 1, position});
		const text = JSON.stringify(item);
		if (schema.uniqueItems !== true || !seen.has(text)) {
			seen.add(text);
			items.push(item);
		}
	}

	return items;
}
