import {describe, expect, test} from 'vitest';
import {refusalOf, requestsOf, specOf} from './spec-folder.ts';

const schema = `schema: {type: object, properties: {mood: {type: string}, sure: {type: boolean}}, required: [mood, sure], additionalProperties: false}`;

describe('opinions', () => {
	test('have their defaults, and a `max` that follows a larger `min`', async () => {
		const read = async (line: string) => (await specOf(`model: m\nprompts: x\n${line}\n`)).opinions;
		expect(await read('opinions: {}')).toEqual({min: 3, max: 5, confidence: 0.78, label: null, clear: null});
		expect(await read('opinions: {min: 7}')).toMatchObject({min: 7, max: 7});
		expect(await read('endpoint: chat')).toBe(null);
	});

	test.each([
		['opinions: {min: 6, max: 5}', 'spec.yaml:3:17: `opinions.min` is 6, above `opinions.max`, which is 5.'],
		['opinions: {min: 0}', 'spec.yaml:3:17: `opinions.min`'],
		['opinions: {confidence: 78}', 'spec.yaml:3:24: `opinions.confidence`'],
		['opinions: {clear: sure}', 'spec.yaml:3:19: `opinions.clear` names a field of the answer'],
		[
			`opinions: {label: mod}\n${schema}`,
			'spec.yaml:3:19: the schema has no field `mod`. | Did you mean `mood`?',
		],
		[`opinions: {label: mood, clear: x}\n${schema}`, 'Its fields: mood, sure.'],
		['opinions: {}\nparams: {n: 2}', 'spec.yaml:4:13: `n: 2` asks for several answers at once'],
		['opinions: {}\nendpoint: embeddings', 'spec.yaml:3:1: `opinions` compares texts'],
		['opinons: {}', 'opinions'],
	])('%s is refused', async (lines, refusal) => {
		expect(await refusalOf(`model: m\nprompts: x\n${lines}\n`)).toContain(refusal);
	});

	test('are part of what makes a spec this one, a default written out is not', async () => {
		const identity = async (line: string) => (await specOf(`model: m\nprompts: x\n${line}\n`)).identity;
		expect(await identity('opinions: {min: 4}')).not.toEqual(await identity('opinions: {min: 3}'));
	});
});

describe('turns', () => {
	test('are filled in by one dict, or by one each', async () => {
		const prompts = "prompts: {turns: ['I like {{food}}', 'Why {{food}}?']}\nmodel: m\n";
		const [one] = await requestsOf(`${prompts}args: {food: rice}\n`);
		expect(one).toMatchObject({
			body: {model: 'm', messages: [{role: 'user', content: 'I like rice'}]},
			turns: ['I like rice', 'Why rice?'],
			asked: {
				prompt: ['I like rice', 'Why rice?'],
				prompt_raw: ['I like {{food}}', 'Why {{food}}?'],
				prompt_args: {food: 'rice'},
			},
		});
		const [two] = await requestsOf(`${prompts}args: [[{food: rice}, {food: eggs}]]\n`);
		expect(two?.turns).toEqual(['I like rice', 'Why eggs?']);
	});

	test('go to responses as input', async () => {
		const [request] = await requestsOf("prompts: {turns: ['a', 'b']}\nmodel: m\nendpoint: responses\n");
		expect(request?.body).toMatchObject({input: [{role: 'user', content: 'a'}]});
	});

	test.each([
		[
			"prompts: {turns: ['a']}\nendpoint: completions",
			'spec.yaml:2:10: a prompt of several turns is a conversation',
		],
		[
			"prompts: {turns: ['a', 'b']}\nopinions: {}",
			'spec.yaml:3:1: `opinions` cannot ask a prompt of several turns',
		],
		["prompts: {turns: ['a', 'b']}\nparams: [{n: 1}, {n: 3}]", 'a turn follows one answer'],
		["prompts: {turns: ['a {{x}}']}\nargs: [[{x: 1}, {x: 2}]]", 'args for 2 turns, but the prompt has 1'],
		['prompts: {turns: []}', '`prompts.turns`'],
		['prompts:\n  - turns: [Q: what?]', "Quote it: 'Q: what?'"],
		["prompts: {turns: ['a {{x}}']}", '{{x}} has no value'],
	])('%s is refused', async (lines, refusal) => {
		expect(await refusalOf(`model: m\n${lines}\n`)).toContain(refusal);
	});
});
