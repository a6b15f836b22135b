import {describe, expect, test} from 'vitest';
import {refusalOf} from './spec-folder.ts';

describe('args fit the templates', () => {
	test.each([
		[
			'prompts: I like {{foood}}\nargs: {food: pizza}',
			'spec.yaml:2:10: {{foood}} has no value in the args. | Did you mean {{food}}?',
		],
		[
			'prompts: I like {{food}}',
			'spec.yaml:2:10: {{food}} has no value in the args. | Add `args: {food: …}`, or a file of rows.',
		],
		[
			'prompts: "{{food}}"\nargs: [{food: a}, {fod: b}]',
			'spec.yaml:3:19: {{food}} has no value in the args. | Did you mean {{fod}}?',
		],
		[
			'prompts: "{{food}}"\nargs: [{food: a}, {food: null}]',
			"spec.yaml:3:19: {{food}} is null in the args. | Give it a value; '' is an empty text.",
		],
		[
			'prompts: "{{food}}"\nargs: [{food: a}, {food: b, mood: c}]',
			'spec.yaml:3:29: no template uses the arg `mood`. | The nearest placeholder is {{food}}.',
		],
		[
			'prompts: Hi\nargs: {a: 1}',
			'spec.yaml:3:8: no template uses the arg `a`. | No template has a placeholder',
		],
		[
			'prompts: "{food}"\ntemplate: python\nargs: {fod: 1}',
			'spec.yaml:2:10: {food} has no value in the args. | Did you mean {fod}?',
		],
		[
			'prompts: "{{food}}"\nargs: [[{food: a}]]',
			'spec.yaml:3:8: a list of dicts fills the messages of a chat prompt one by one',
		],
		[
			'prompts: {messages: [{role: user, content: "{{food}}"}]}\nargs: [[{food: a}, {}]]',
			'spec.yaml:3:8: args for 2 messages, but the prompt has 1.',
		],
		[
			'prompts: {messages: [{role: system, content: "{{a}}"}, {role: user, content: "{{b}}"}]}\nargs: [[{b: 1}, {a: 2}]]',
			'spec.yaml:2:46: {{a}} has no value in the args.',
		],
		[
			'prompts: {messages: [{role: system, content: "{{a}}"}, {role: user, content: "{{b}}"}]}\nargs: [[{a: 1, b: 1}, {b: 2}]]',
			'spec.yaml:3:16: no template uses the arg `b`. | The nearest placeholder is {{a}}.',
		],
		[
			'prompts: "{{x}}"\nargs: [{x: 1, id: a}, {x: 2, custom_id: a}]',
			'spec.yaml:3:23: the id `a` was used before, at spec.yaml:3:8.',
		],
		[
			'prompts: "{{x}}"\nargs: [{x: 1, id: "1"}, {x: 2}]',
			'spec.yaml:3:25: the id `1` was used before, at spec.yaml:3:8.',
		],
		['prompts: "{{x}}"\nargs: [{x: 1, id: [a]}]', 'spec.yaml:3:19: an id must be text or a number.'],
		['prompts: "{{x}}"\nargs: [{x: 1, id: 12345678901234567890}]', 'is too large to be exact'],
	])('%j', async (lines, message) => {
		expect(await refusalOf(`model: m\n${lines}\n`)).toContain(message);
	});
});
