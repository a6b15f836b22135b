import {describe, expect, test} from 'vitest';
import type {Asked} from '../../source/domain/request.ts';
import {jsonText, promptText, shorten} from '../../source/view/readable-text.ts';

function messages(...list: readonly unknown[]): Asked {
	return {messages: list, messages_raw: null, messages_args: null};
}

const image = `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA${'A'.repeat(5000)}`;
const shortImage = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA… (5024 characters)';

test.each<[string, Asked, string]>([
	['a prompt', {prompt: 'I like\npizza', prompt_raw: '', prompt_args: {}}, 'I like\npizza'],
	['several prompts', {prompt: ['one', 'two'], prompt_raw: '', prompt_args: {}}, 'one\n\ntwo'],
	['tokens', {prompt: {tokens: 1}, prompt_raw: '', prompt_args: {}}, '{\n  "tokens": 1\n}'],
	[
		'messages',
		messages({role: 'system', content: 'Be kind.'}, {role: 'user', content: 'Hello'}),
		'system: Be kind.\n\nuser: Hello',
	],
	[
		'parts',
		messages({
			role: 'user',
			content: [
				{type: 'text', text: 'What is this?'},
				{type: 'image_url', image_url: {url: image}},
			],
		}),
		`user: What is this?\n{\n  "type": "image_url",\n  "image_url": {\n    "url": "${shortImage}"\n  }\n}`,
	],
	['a message without content', messages({role: 'assistant', content: null}), 'assistant: null'],
	['what is no message', messages(null, 7), 'null\n\n7'],
])('%s', (_, asked, text) => {
	expect(promptText(asked)).toBe(text);
});

describe('base64', () => {
	test('is shortened wherever it stands, and says how long it was', () => {
		const body = {a: [{url: image}], audio: {data: 'UklGR'.repeat(1000)}};
		const text = jsonText(body);
		expect(text).toContain(shortImage);
		expect(text).toContain('"UklGRUklGRUklGRUklGRUklG… (5000 characters)"');
		expect(text.length).toBeLessThan(300);
	});

	test.each([
		'A'.repeat(200),
		'a sentence of many words '.repeat(50),
		`https://example.org/${'a'.repeat(500)}`,
		'日本語'.repeat(300),
	])('%s is none', text => {
		expect(JSON.parse(jsonText(text))).toBe(text);
	});
});

test('what nobody can read to the end is cut, and says so', () => {
	expect(shorten('a'.repeat(200_000))).toHaveLength(200_000);
	expect(shorten('a'.repeat(200_007))).toBe(`${'a'.repeat(200_000)}… (7 more characters)`);
	expect(jsonText(undefined)).toBe('');
});
