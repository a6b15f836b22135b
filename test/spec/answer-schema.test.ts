import {describe, expect, test} from 'vitest';
import type {JsonObject} from '../../source/domain/request.ts';
import {compileAnswerSchema, strictProblems} from '../../source/spec/answer-schema.ts';

async function complaint(schema: JsonObject, value: unknown): Promise<string | null> {
	const compiled = await compileAnswerSchema(schema);
	return compiled.kind === 'ok' ? compiled.check(value) : `bad: ${compiled.problem}`;
}

const review = {
	type: 'object',
	properties: {
		mood: {enum: ['good', 'bad']},
		confidence: {type: 'number', minimum: 0, maximum: 1},
		words: {type: 'array', items: {$ref: '#/$defs/word'}},
	},
	required: ['mood'],
	additionalProperties: false,
	$defs: {word: {type: 'string', format: 'no-such-format', 'x-note': 'unknown keywords pass'}},
};

describe('one short message', () => {
	test.each([
		[{mood: 'good', confidence: 0.5, words: ['a']}, null],
		[{mood: 'so-so'}, 'mood must be equal to one of the allowed values: good, bad'],
		[{mood: 'good', confidence: 2}, 'confidence must be <= 1'],
		[{mood: 'good', words: ['a', 5]}, 'words.1 must be string'],
		[{}, "the answer must have required property 'mood'"],
		[{mood: 'bad', why: 1}, 'the answer must NOT have additional properties: why'],
		['text', 'the answer must be object'],
	])('%j', async (value, expected) => {
		expect(await complaint(review, value)).toBe(expected);
	});
});

test('2020-12 is the default, draft-07 where the schema says so', async () => {
	const tuple = {prefixItems: [{type: 'string'}]};
	expect(await complaint(tuple, [5])).toBe('0 must be string');
	const draft = 'http://json-schema.org/draft-07/schema#';
	expect(await complaint({$schema: draft, items: [{type: 'string'}]}, [5])).toBe('0 must be string');
	expect(await complaint({$schema: draft, ...tuple}, [5])).toBeNull();
});

test('a schema that is none is said to be so', async () => {
	expect(await complaint({type: 'objekt'}, {})).toContain('bad: schema is invalid');
	expect(await complaint({$ref: '#/nowhere'}, {})).toContain("bad: can't resolve reference #/nowhere");
	expect(await complaint({$ref: 'https://example.org/x.json'}, {})).toContain("bad: can't resolve reference");
});

test('what strict structured output would refuse is found at any depth', () => {
	expect(strictProblems(review)).toEqual(['the schema does not require confidence, words']);
	expect(
		strictProblems({
			type: 'object',
			properties: {list: {type: 'array', items: {type: 'object', properties: {a: {}}}}},
			required: ['list'],
			additionalProperties: false,
		}),
	).toEqual(['items of list lacks `additionalProperties: false`', 'items of list does not require a']);
});
