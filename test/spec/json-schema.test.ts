import {Ajv2020} from 'ajv/dist/2020.js';
import {describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import type {JsonObject} from '../../source/domain/request.ts';
import {specJsonSchema} from '../../source/spec/json-schema.ts';
import {starterSpec} from '../../source/spec/starter.ts';

const schema = specJsonSchema();
const validate = new Ajv2020({strict: false}).compile(schema);

test('every key has a description for the editor', () => {
	const missing: string[] = [];
	const visit = (node: JsonObject, path: string) => {
		for (const [key, child] of Object.entries((node.properties ?? {}) as {[key: string]: JsonObject})) {
			const isScorer =
				path === '.score' || path === '.judge' || path === '.rephrase' || path === '.providers';
			if (child.description === undefined && !isScorer) {
				missing.push(`${path}.${key}`);
			}

			visit(child, `${path}.${key}`);
		}
	};

	visit(schema, '');
	expect(missing).toEqual([]);
});

test('names its draft, so that editors can read it', () => {
	expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
	expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
});

describe('agrees with what is accepted', () => {
	test.each([
		[starterSpec, true],
		['model: m\nprompts: {messages: [{role: user, content: x}]}\n', true],
		[
			'model: [m, {provider: openai, model: n}]\nprompts: [{file: p.md}]\nargs: {file: r.csv, limit: 5}\n',
			true,
		],
		['requests: {file: x.jsonl}\n', true],
		['model: m\n', false],
		['model: m\nprompts: x\nfoo: 1\n', false],
		['model: m\nprompts: x\nrate: {rpm: 0}\n', false],
		['model: m\nprompts: x\nargs: {file: r.csv, limt: 5}\n', false],
	])('%j', (yaml, isValid) => {
		expect(validate(parse(yaml))).toBe(isValid);
	});
});
