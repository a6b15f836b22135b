import {describe, expect, test} from 'vitest';
import {sizeOfSchema} from '../../source/spec/schema-size.ts';
import {refusalOf, specOf} from './spec-folder.ts';

const good = `model: gpt-4o-mini
prompts: 'Which topic? {{text}}'
args: [{text: a}, {text: b}]
`;
const twoNames = good.replace('Which topic?', 'Which {{what}}?').replaceAll('{text:', '{what: topic, text:');

describe('the key pack', () => {
	test('has its defaults', async () => {
		const {pack} = await specOf(`${good}pack: {tokens: 1000}\n`);
		expect(pack).toMatchObject({
			tokens: 1000,
			items: 25,
			audit: 0,
			minAgreement: 0.8,
			label: null,
			vote: null,
		});
		expect([...pack!.textOf.values()]).toEqual(['text']);
		expect((await specOf(good)).pack).toBeNull();
	});

	test('is read with a vote', async () => {
		const {pack} = await specOf(`${good}pack: {audit: 5%}\nvote: {rounds: 3, early_stop: false}\n`);
		expect(pack).toMatchObject({audit: 0.05, vote: {rounds: 3, stopsEarly: false}});
	});

	test('names the arg that holds the item, by its whole name', async () => {
		expect([...(await specOf(`${twoNames}pack: {text: text}\n`)).pack!.textOf.values()]).toEqual(['text']);
		const nested =
			"model: m\nprompts: '{{row.text}}{{row.lang}}'\nargs: {row: {text: a, lang: en}}\npack: {text: row.text}\n";
		expect([...(await specOf(nested)).pack!.textOf.values()]).toEqual(['row.text']);
	});

	test.each([
		[
			'vote without it',
			`${good}vote: {rounds: 3}`,
			'spec.yaml:4:1: `vote` asks packs several times, and the spec packs nothing. | Add `pack: {tokens: 2000}`, or use `opinions` to ask single requests several times.',
		],
		[
			'an endpoint without lists',
			`${good}endpoint: completions\npack: {}`,
			'spec.yaml:5:1: `pack` needs answers that hold a list, which the completions endpoint does not give. | Use `prompts_per_call`, or `endpoint: chat`.',
		],
		[
			'several answers',
			`${good}params: [{}, {n: 2}]\npack: {}`,
			'spec.yaml:4:18: `pack` takes one answer for each item, not `n: 2`. | Remove `n`, or use `vote: {rounds: 3}` to ask several times.',
		],
		[
			'tools',
			`${good}params: {tools: []}\npack: {}`,
			'spec.yaml:4:10: `params.tools` does not go with `pack`: a pack is answered with one text for all of its items, and not with calls. | Remove one of them.',
		],
		[
			'a format of its own',
			`${good}params: {response_format: {type: json_object}}\npack: {}`,
			'spec.yaml:4:10: `params.response_format` does not go with `pack`: a pack has a format of its own. | Use the key `schema`.',
		],
		[
			'an unknown arg',
			`${good}pack: {text: txt}`,
			'spec.yaml:4:14: `pack.text` is `txt`, and no placeholder of the prompt at spec.yaml:2:10 is called that. | The nearest is `text`.',
		],
		[
			'an arg left open',
			`${twoNames}pack: {}`,
			'spec.yaml:4:1: `pack` does not say which of {{what}} and {{text}} holds the item. | Add `text: what` to it.',
		],
		[
			'a prompt without an item',
			'model: m\nprompts: Hello\npack: {}',
			'spec.yaml:2:10: `pack` puts many items into one prompt, and this prompt has no placeholder for one. | Write {{text}} where the item stands, or remove `pack`.',
		],
		[
			'too many items',
			`${good}pack: {items: 101}`,
			'spec.yaml:4:15: `pack.items` must be at most 100, not the number 101. | For example: `items: 25`',
		],
		[
			'a share above all',
			`${good}pack: {audit: 120%}`,
			'spec.yaml:4:15: `pack.audit` is 120%, more than all items. | For example: `audit: 5%`',
		],
		[
			'args by message',
			"model: m\nprompts: {messages: [{role: user, content: '{{a}}'}]}\nargs: [[{a: b}]]\npack: {}",
			'spec.yaml:3:8: `pack` cannot tell which message of these args holds the item. | Write one dict of args for the whole conversation.',
		],
		[
			'opinions',
			`${good}opinions: {}\npack: {}`,
			'spec.yaml:4:1: `opinions` asks each request for itself, and `pack` several together. | Use `vote: {rounds: 3}`, or remove `pack`.',
		],
		[
			'turns',
			"model: m\nprompts: [{turns: ['{{a}}', 'And now?']}]\nargs: {a: b}\npack: {}",
			'spec.yaml:2:11: a prompt of several turns cannot be packed: each turn needs the answer to the one before. | Write it as `messages`, or remove `pack`.',
		],
		[
			'a label of a text',
			`${good}pack: {label: mood}`,
			'spec.yaml:4:8: `pack.label` names a field of the answer, and without a `schema` the answer is text. | Add a schema, or remove `label`.',
		],
		[
			'an unknown label',
			`${good}schema: {type: object, properties: {mood: {type: string}}}\npack: {label: mod}`,
			'spec.yaml:5:15: the schema has no property `mod`. | The nearest is `mood`.',
		],
	])('refuses %s', async (_, yaml, refusal) => {
		expect(await refusalOf(`${yaml}\n`)).toBe(refusal);
	});

	test.each([
		['levels', nested(8), '11 levels of objects and lists, and an API takes 10'],
		[
			'enums',
			{type: 'string', enum: Array.from({length: 1001}, (_, i) => `${i}`)},
			'1001 values of enums, and an API takes 1000',
		],
		[
			'characters',
			{type: 'string', enum: ['x'.repeat(120_001)]},
			'120001 characters in names and enums, and an API takes 120000',
		],
	])('refuses a schema that is too large: %s', async (_, schema, words) => {
		const files = {'spec.yaml': `${good}schema: s.json\npack: {}\n`, 's.json': JSON.stringify(schema)};
		expect(await refusalOf(files)).toBe(
			`spec.yaml:4:9: the schema is too large for a pack: with what the pack adds it has ${words}. | Make it smaller, or remove \`pack\`.`,
		);
	});
});

test('the size of a schema counts names wherever they stand', () => {
	const schema = {
		type: 'object',
		properties: {
			properties: {type: 'array', items: {$ref: '#/$defs/one'}},
			enum: {enum: ['ab', 'c'], const: 'd'},
		},
		$defs: {one: {anyOf: [{type: 'object', properties: {x: {type: 'null'}}}, {type: 'null'}]}},
	};
	expect(sizeOfSchema(schema)).toEqual({
		properties: 3,
		levels: 2,
		enumValues: 2,
		characters: 'properties'.length + 'enum'.length + 'abcd'.length + 'one'.length + 'x'.length,
	});
});

function nested(levels: number): object {
	return levels === 0
		? {type: 'string'}
		: {type: 'object', properties: {a: nested(levels - 1)}, required: ['a'], additionalProperties: false};
}
