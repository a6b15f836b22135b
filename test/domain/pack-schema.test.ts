import {describe, expect, test} from 'vitest';
import {packSchema} from '../../source/domain/pack-schema.ts';
import type {JsonObject} from '../../source/domain/request.ts';
import {compileAnswerSchema, strictProblems} from '../../source/spec/answer-schema.ts';

const tree: JsonObject = {
	type: 'object',
	properties: {
		name: {$ref: '#/$defs/name'},
		children: {type: 'array', items: {$ref: '#'}},
		twin: {$ref: '#/properties/name'},
	},
	required: ['name', 'children', 'twin'],
	additionalProperties: false,
	$defs: {name: {type: 'string', minLength: 1}},
};

describe('the schema of a pack', () => {
	test.each([
		['of texts', null, 'yes', 5],
		[
			'of a plain schema',
			{type: 'object', properties: {n: {type: 'integer'}}, required: ['n'], additionalProperties: false},
			{n: 1},
			{n: 'x'},
		],
		[
			'of one that refers to itself',
			tree,
			{name: 'a', twin: 'b', children: [{name: 'c', twin: 'd', children: []}]},
			{name: 'a', twin: 'b', children: [{name: '', twin: 'd', children: []}]},
		],
		[
			'of one with definitions',
			{...tree, $defs: undefined, properties: {}, required: [], definitions: {}},
			{},
			{x: 1},
		],
	])('%s takes what the answer itself may be', async (_, schema, good, bad) => {
		const whole = packSchema(schema as JsonObject | null, false);
		expect(strictProblems(whole)).toEqual([]);
		const compiled = await compileAnswerSchema(whole);
		expect(compiled.kind).toBe('ok');
		const check = compiled.kind === 'ok' ? compiled.check : () => 'bad';
		expect(check({answers: [{id: 'x', answer: good}]})).toBeNull();
		expect(check({answers: [{id: 'x', answer: bad}]})).not.toBeNull();
		expect(check({answers: [{answer: good}]})).not.toBeNull();
	});

	test('asks for confidence where there is a vote', () => {
		expect(JSON.stringify(packSchema(null, true))).toContain('"required":["id","answer","confident"]');
	});
});
