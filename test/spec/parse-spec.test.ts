import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {readSpec} from '../../source/spec/read-spec.ts';
import {folderWith, refusalOf, specOf} from './spec-folder.ts';

const good = 'model: m\nprompts: I like {{food}}\nargs: {food: pizza}\n';

describe('a spec that is no spec', () => {
	test.each([
		['', 'spec.yaml:1:1: the spec is empty.'],
		['# only a comment\n', 'spec.yaml:1:1: the spec is empty.'],
		['- a\n- b\n', 'spec.yaml:1:1: a spec must be a map of keys, not a list.'],
		['hello\n', 'spec.yaml:1:1: a spec must be a map of keys, not the text "hello".'],
		['# a run\nprompts: x\n', 'spec.yaml:2:1: the spec has no `model`.'],
		['model: m\n', 'spec.yaml:1:1: the spec has no `prompts`.'],
	])('%j', async (yaml, message) => {
		expect(await refusalOf(yaml)).toContain(message);
	});
});

describe('YAML that is not allowed', () => {
	test.each([
		['model: m\nmodel: n\n', 'spec.yaml:2:1: the key `model` appears twice.'],
		['model: !secret m\n', 'spec.yaml:1:8: YAML tags are not allowed here.'],
		['model: &a [*a]\n', 'spec.yaml:1:12: the alias `*a` contains itself.'],
		['model: *a\n', 'spec.yaml:1:8: the alias `*a` has no anchor before it.'],
		['model: m\n__proto__: {a: 1}\n', 'spec.yaml:2:1: `__proto__` cannot be a key.'],
		['model: m\nparams: {__proto__: 1}\n', 'spec.yaml:2:10: `__proto__` cannot be a key.'],
		['model: m\nprompts:\n\t- a\n', 'spec.yaml:3:1: YAML cannot be indented with tabs.'],
		['model: m\nprompts: x\n---\na: 1\n', 'spec.yaml:3:1: a second document begins with `---`.'],
		['model: m\nprompts:\n  - @x\n', 'spec.yaml:3:5: unquoted text cannot begin with `@` in YAML.'],
		['model: [m\nprompts: x\n', 'spec.yaml:2:1: not valid YAML: '],
		['model: m\n? [a, b]\n: 1\n', 'spec.yaml:2:3: a key must be text.'],
	])('%j', async (yaml, message) => {
		expect(await refusalOf(yaml)).toContain(message);
	});

	test('aliases that grow without end are refused at once', async () => {
		const levels = Array.from({length: 12}, (_, i) => `k${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]`);
		const yaml = ['k0: &a0 [1]', ...levels].join('\n');
		expect(await refusalOf(yaml)).toContain('the aliases of this file expand without end.');
	});

	test('an alias is a value like any other', async () => {
		const spec = await specOf('model: m\nprompts: [&p "a {{x}}", *p]\nargs: {x: 1}\n');
		expect(spec.prompts.items.map(({raw}) => raw)).toEqual(['a {{x}}', 'a {{x}}']);
	});

	test('a huge file is refused without being parsed', async () => {
		const yaml = `model: m\nprompts: x\n${'#'.repeat(16_000_001)}`;
		expect(await refusalOf(yaml)).toMatch(
			/^spec\.yaml has 17 MB, more than the 16 MB that are read as text\. \| /,
		);
	});

	test('bytes that are not UTF-8 are refused', async () => {
		expect(await refusalOf({'spec.yaml': Buffer.from('model: caf\xe9\n', 'latin1')})).toContain(
			'spec.yaml is not UTF-8 text.',
		);
	});
});

describe('the traps of prompts in YAML', () => {
	test.each([
		[
			'  - {{text}}\n',
			"spec.yaml:3:5: `{{text}}` without quotes is a map in YAML, not text. | Quote it: '{{text}}'",
		],
		[
			'  - {{text}} is good\n',
			"spec.yaml:3:5: text that begins with `{{` needs quotes in YAML. | Quote it: '{{text}} is good'",
		],
		[
			'  - Q: what?\n',
			"spec.yaml:3:5: `Q: what?` without quotes is a map in YAML because of its colon, not a prompt. | Quote it: 'Q: what?'",
		],
		[
			"  - Q: don't?\n",
			"spec.yaml:3:5: `Q: don't?` without quotes is a map in YAML because of its colon, not a prompt. | Quote it: 'Q: don''t?'",
		],
		[
			'  - {text}\n',
			"spec.yaml:3:5: `{text}` without quotes is a map in YAML, not a prompt. | Quote it: '{text}'",
		],
		[
			'  messages:\n    - {role: user, content: {Q: x}}\n',
			"spec.yaml:4:29: `{Q: x}` without quotes is a map in YAML, not a prompt. | Quote it: '{Q: x}'",
		],
		['  Q: what?: x\n', 'spec.yaml:3:6: text with a colon in it needs quotes in YAML.'],
	])('%j', async (prompts, message) => {
		expect(await refusalOf(`model: m\nprompts:\n${prompts}`)).toContain(message);
	});
});

describe('keys', () => {
	test.each([
		[
			'model: m\npromts: x\n',
			'spec.yaml:2:1: `promts` is not a key of the spec; the nearest known key is `prompts`. | Rename it to `prompts`, or remove it.',
		],
		[
			`${good}rate: {rmp: 3}\n`,
			'spec.yaml:4:8: `rmp` is not a key of `rate`; the nearest known key is `rpm`.',
		],
		[
			'model: m\nprompts:\n  - {fil: p.md}\n',
			'spec.yaml:3:6: `fil` is not a key of `prompts[0]`; the nearest known key is `file`.',
		],
		[
			'model: m\nprompts: x\nargs: {file: a.csv, limt: 5}\n',
			'spec.yaml:3:21: `limt` is not a key of `args`; the nearest known key is `limit`.',
		],
		[
			`${good}rate: {rpm: fast}\n`,
			'spec.yaml:4:13: `rate.rpm` must be a number, not the text "fast". | For example: `rpm: 500`',
		],
		[`${good}rate: {rpm: 0}\n`, 'spec.yaml:4:13: `rate.rpm` must be at least 1, not the number 0.'],
		[
			`${good}rate: {concurrency: 1.5}\n`,
			'spec.yaml:4:21: `rate.concurrency` must be a whole number, not the number 1.5.',
		],
		[`${good}rate: fast\n`, 'spec.yaml:4:7: `rate` must be a map, not the text "fast".'],
		[`${good}retry:\n`, 'spec.yaml:4:1: `retry` must be a map, not nothing.'],
		[
			`${good}retry: {max_retries: 1000}\n`,
			'spec.yaml:4:22: `retry.max_retries` must be at most 250, not the number 1000.',
		],
		[
			`${good}retry: {timeout_s: 0}\n`,
			'spec.yaml:4:20: `retry.timeout_s` must be above 0, not the number 0.',
		],
		[
			`${good}mode: bach\n`,
			'spec.yaml:4:7: `mode` must be auto, batch or direct, not the text "bach". | Did you mean `batch`?',
		],
		[`${good}prices: {input: -1}\n`, 'spec.yaml:4:17: `prices.input` must be at least 0, not the number -1.'],
		[
			'model: m\nprompts: 5\n',
			"spec.yaml:2:10: `prompts` must be text, a map or a list, not the number 5. | Quotes make it text: '5'",
		],
		['model: m\nprompts: []\n', 'spec.yaml:2:10: `prompts` is an empty list.'],
		['model: m\nprompts: [x, true]\n', 'spec.yaml:2:14: `prompts[1]` must be text or a map, not true.'],
		['model: m\nprompts: x\nargs: []\n', 'spec.yaml:3:7: `args` is an empty list.'],
		['model: ""\nprompts: x\n', 'spec.yaml:1:8: `model` is empty.'],
		['model: {provider: openai}\nprompts: x\n', 'spec.yaml:1:8: `model.model` is missing.'],
		[
			'model: m\nprompts: {messages: [{role: usr, content: x}]}\n',
			'spec.yaml:2:29: `prompts.messages[0].role` must be system, developer, user, assistant, tool or function, not the text "usr". | Did you mean `user`?',
		],
		[
			'model: m\nprompts: x\nparams: 5\n',
			'spec.yaml:3:9: `params` must be a map or a list, not the number 5.',
		],
		// An unknown key is said before what follows from it.
		['model: 5\npromts: x\n', 'spec.yaml:2:1: `promts` is not a key of the spec'],
	])('%j', async (yaml, message) => {
		expect(await refusalOf(yaml)).toContain(message);
	});

	test('a byte order mark, CRLF and comments move no position', async () => {
		const yaml = '\uFEFF# a run\r\nmodel: m\r\nprompts: |\r\n  a\r\n  b\r\n';
		expect((await specOf(yaml)).prompts.items[0]?.raw).toBe('a\nb\n');
		expect(await refusalOf(`${yaml}foo: 1\r\n`)).toContain('spec.yaml:6:1: `foo` is not a key');
	});
});

test('settings that change nothing pass', async () => {
	const {warnings, parts} = await specOf(
		`${good}hooks: {done: ./x.sh}\noutput: {parts: {max_mb: 1.5}}\nprompts_per_call: 1\ndedupe: false\n`,
	);
	expect([warnings, parts]).toEqual([[], {maxEntries: null, maxBytes: 1_500_000}]);
});

test('a missing spec is named as the user gave it', async () => {
	const folder = folderWith({});
	await expect(readSpec(path.join(folder, 'nope.yaml'))).rejects.toThrow(
		`${folder}/nope.yaml does not exist.`,
	);
	await expect(readSpec(folder)).rejects.toThrow(`${folder} is not a regular file.`);
});
