import {isIPv4, isIPv6} from 'node:net';
import {Ajv2020} from 'ajv/dist/2020.js';
import {describe, expect, it} from 'vitest';
import {createRandom} from '../../source/simulator/random.ts';
import {sampleSchema} from '../../source/simulator/schema-sample.ts';

const strictObject = (properties: Record<string, unknown>) => ({
	type: 'object',
	properties,
	required: Object.keys(properties),
	additionalProperties: false,
});

const formats: Readonly<Record<string, (text: string) => boolean>> = {
	date: text => new Date(text).toISOString().startsWith(text) && text.length === 10,
	time: text => !Number.isNaN(Date.parse(`2000-01-01T${text}`)),
	'date-time': text => new Date(text).toISOString() === text.replace('Z', '.000Z'),
	duration: text => /^P\d+D$/.test(text),
	email: text => /^[^@\s]+@[^@\s]+\.[a-z]+$/.test(text),
	hostname: text => new URL(`http://${text}/`).hostname === text,
	ipv4: isIPv4,
	ipv6: isIPv6,
	uuid: text => /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(text),
	uri: text => URL.canParse(text),
};

const schemas: Readonly<Record<string, unknown>> = {
	classification: strictObject({
		label: {type: 'string', enum: ['positive', 'negative', 'mixed']},
		confidence: {type: 'number', minimum: 0, maximum: 1},
		reason: {type: 'string'},
	}),
	nested: strictObject({
		steps: {
			type: 'array',
			items: strictObject({explanation: {type: 'string'}, output: {type: 'string', maxLength: 12}}),
		},
		final: strictObject({
			answer: {type: 'integer'},
			sure: {type: 'boolean'},
			note: {type: ['string', 'null']},
		}),
	}),
	references: {
		$defs: {person: strictObject({name: {type: 'string', minLength: 3}, age: {type: 'integer', minimum: 0}})},
		...strictObject({
			author: {$ref: '#/$defs/person'},
			friends: {type: 'array', items: {$ref: '#/$defs/person'}},
		}),
	},
	'recursive tree': {
		$defs: {
			node: strictObject({
				value: {type: 'number'},
				next: {anyOf: [{$ref: '#/$defs/node'}, {type: 'null'}]},
				children: {type: 'array', items: {$ref: '#/$defs/node'}},
			}),
		},
		...strictObject({root: {$ref: '#/$defs/node'}}),
	},
	'recursive root': strictObject({name: {type: 'string'}, child: {anyOf: [{$ref: '#'}, {type: 'null'}]}}),
	formats: strictObject(
		Object.fromEntries(
			Object.keys(formats).map(format => [format.replace('-', '_'), {type: 'string', format}]),
		),
	),
	patterns: strictObject({
		username: {type: 'string', pattern: '^[a-zA-Z0-9_]{3,16}$'},
		zip: {type: 'string', pattern: '^\\d{5}(?:-\\d{4})?$'},
		phone: {type: 'string', pattern: '^\\+?[0-9 ()-]{7,15}$'},
		code: {type: 'string', pattern: '^(AB|CD)-[^a-z\\s]{2}\\.x+$'},
		word: {type: 'string', pattern: '^\\p{L}+$', minLength: 3, maxLength: 9},
		anywhere: {type: 'string', pattern: '\\bcat\\b'},
		at: {type: 'string', pattern: '^@[\\w.]*?\\u0041$'},
	}),
	numbers: strictObject({
		open: {type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 0.01},
		tenth: {type: 'number', multipleOf: 0.1, minimum: 0.25, maximum: 0.95},
		even: {type: 'integer', multipleOf: 2, exclusiveMinimum: 2, maximum: 9},
		low: {type: 'integer', maximum: -3},
		between: {type: 'integer', exclusiveMinimum: 4, exclusiveMaximum: 6},
		high: {type: 'number', minimum: 1e6},
		same: {type: 'number', minimum: 0.333, maximum: 0.333},
	}),
	arrays: strictObject({
		three: {type: 'array', items: {type: 'integer'}, minItems: 3, maxItems: 3},
		none: {type: 'array', items: {type: 'string'}, maxItems: 0},
		unique: {type: 'array', items: {enum: ['a', 'b', 'c']}, minItems: 3, uniqueItems: true},
		pair: {type: 'array', prefixItems: [{type: 'string'}, {type: 'boolean'}], items: false, minItems: 2},
	}),
	'unions and constants': strictObject({
		shape: {
			anyOf: [
				strictObject({kind: {const: 'circle'}, radius: {type: 'number', minimum: 0}}),
				strictObject({kind: {const: 'square'}, side: {type: 'number', minimum: 0}}),
			],
		},
		either: {oneOf: [{type: 'string'}, {type: 'integer'}]},
		nothing: {type: 'null'},
		mixed: {enum: [1, 'two', null, {three: 3}]},
		falsy: {const: 0},
	}),
	'all of': {
		allOf: [{type: 'object', properties: {a: {type: 'string'}}, required: ['a']}, {$ref: '#/$defs/second'}],
		$defs: {second: {properties: {b: {type: 'integer'}}, required: ['b']}},
	},
	'open object': {
		type: 'object',
		properties: {title: {type: 'string'}, optional: {type: 'integer'}},
		required: ['title', 'surprise'],
		minProperties: 5,
	},
	dictionary: {type: 'object', additionalProperties: {type: 'integer', minimum: 5}},
	'odd names': {
		...strictObject({'a/b~c%d': {type: 'string'}, constructor: {$ref: '#/properties/a~1b~0c%25d'}}),
	},
	lengths: strictObject({
		long: {type: 'string', minLength: 200, maxLength: 210},
		emoji: {type: 'string', minLength: 1, maxLength: 1},
	}),
	'anything goes': {},
	'top-level array': {type: 'array', items: {type: 'string'}, minItems: 1},
};

describe('sampleSchema', () => {
	const ajv = new Ajv2020({allErrors: true, strict: false});
	for (const [name, validate] of Object.entries(formats)) {
		ajv.addFormat(name, {type: 'string', validate});
	}

	it.each(Object.entries(schemas))('satisfies: %s', (_, schema) => {
		const validate = ajv.compile(schema as object);
		for (let seed = 1; seed <= 300; seed++) {
			const value = sampleSchema(schema, source(seed));
			expect(
				validate(value),
				`seed ${seed}: ${JSON.stringify(value)} ${ajv.errorsText(validate.errors)}`,
			).toBe(true);
		}
	});

	it('depends on the seed only', () => {
		expect(sampleSchema(schemas.nested, source(5))).toEqual(sampleSchema(schemas.nested, source(5)));
		expect(sampleSchema(schemas.nested, source(5))).not.toEqual(sampleSchema(schemas.nested, source(6)));
	});

	it('mostly gives the same label to the same question', () => {
		const labels = Array.from({length: 200}, (_, at) => {
			const sampled = sampleSchema(schemas.classification, {...source(at), questionHash: 42});
			return (sampled as {readonly label: string}).label;
		});
		const counts = ['positive', 'negative', 'mixed'].map(
			label => labels.filter(found => found === label).length,
		);
		expect(Math.max(...counts)).toBeGreaterThan(140);
		expect(Math.min(...counts)).toBeGreaterThan(0);
	});

	it('answers a list of items id by id', () => {
		const ids = ['k1', 'k2', 'k3', 'k4'];
		const items = {
			type: 'array',
			minItems: 4,
			maxItems: 4,
			items: strictObject({id: {enum: ids}, label: {enum: ['x', 'y']}}),
		};
		const sampled = sampleSchema(strictObject({items}), source(1)) as {items: readonly {id: string}[]};
		expect(sampled.items.map(({id}) => id)).toEqual(ids);
	});

	it.each([
		['an endless reference', {$ref: '#'}],
		['a tree without a way out', {type: 'object', properties: {a: {$ref: '#'}}, required: ['a']}],
		['a bush without a way out', recursive(4, {$ref: '#'})],
		['a bush with a way out', recursive(6, {anyOf: [{$ref: '#'}, {type: 'null'}]})],
		['an endless allOf', {allOf: [{$ref: '#'}]}],
		['a broken reference', {$ref: '#/$defs/nowhere'}],
		['a broken pattern', {type: 'string', pattern: '('}],
		['a huge list', {type: 'array', items: {type: 'null'}, minItems: 1e9}],
		['no schema', 'string'],
	])('comes to an end with %s', (_, schema) => {
		const text = JSON.stringify(sampleSchema(schema, source(1)));
		expect(text.length).toBeGreaterThan(0);
		expect(text.length).toBeLessThan(1_000_000);
	});
});

function recursive(branches: number, child: object): object {
	return strictObject(Object.fromEntries(Array.from({length: branches}, (_, at) => [`b${at}`, child])));
}

function source(seed: number) {
	return {random: createRandom(seed), words: ['pizza', '面白い', 'olives'], questionHash: seed * 7919};
}
