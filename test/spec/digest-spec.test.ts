import {utimesSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {describeChange} from '../../source/spec/describe-change.ts';
import {digestSpec} from '../../source/spec/digest-spec.ts';
import type {Manifest} from '../../source/spec/manifest.ts';
import {parseManifest} from '../../source/spec/manifest.ts';
import {prepareInputs} from '../../source/spec/prepare-inputs.ts';
import {readSpec, readSpecCopy} from '../../source/spec/read-spec.ts';
import type {Spec} from '../../source/spec/spec.ts';
import {type Files, folderWith, specOf, writeInputs} from './spec-folder.ts';

const yaml = 'model: m\nprompts: ["I like {{food}}"]\nargs: {food: pizza}\nparams: {max_tokens: 10}\n';

const digestOf = async (text: string | Files) => (await digestSpec(await specOf(text))).digest;

const changes = async (before: string | Files, after: string | Files) =>
	describeChange(await digestSpec(await specOf(before)), await digestSpec(await specOf(after)));

async function manifestOf(spec: Spec): Promise<Manifest> {
	let manifest: Manifest | null = null;
	for await (const {name, content} of prepareInputs(spec)) {
		if (typeof content !== 'string' && !Buffer.isBuffer(content)) {
			for await (const chunk of content) {
				expect(chunk).toBeInstanceOf(Buffer);
			}
		}

		manifest = name === 'manifest.json' ? parseManifest(String(content)) : null;
	}

	return manifest!;
}

describe('the same spec', () => {
	test.each([
		['comments and formatting', `# x\n${yaml.replace('{food: pizza}', '\n  food: "pizza"')}`],
		[
			'order of keys',
			'args: {food: pizza}\nparams: {max_tokens: 10}\nprompts: ["I like {{food}}"]\nmodel: m\n',
		],
		[
			'a single item or a list of it',
			'model: [m]\nprompts: I like {{food}}\nargs: [{food: pizza}]\nparams: [{max_tokens: 10}]\n',
		],
		[
			'defaults written out',
			`${yaml}provider: openai\nendpoint: chat\ncombine: product\ntemplate: braces\non_truncated: keep\non_refusal: fail\non_content_filter: fail\nprompts_per_call: 1\ndedupe: false\n`,
		],
		[
			'operational keys',
			`${yaml}mode: direct\nrate: {rpm: 5}\nretry: {max_retries: 1}\nbatch: {poll_s: 1}\nremote: {max_batches: 1}\nremote_files: keep\nguard: {min_pass_ratio: 0.1}\nprices: {input: 1}\nhooks: {done: x}\noutput: {parts: {max_mb: 2}}\ncompletion_ratio: 0.5\n`,
		],
		['CRLF', yaml.replaceAll('\n', '\r\n')],
	])('%s', async (_, other) => {
		expect(await digestOf(other)).toBe(await digestOf(yaml));
		expect(await changes(yaml, other)).toEqual([]);
	});
});

describe('another spec, and what is said of it', () => {
	test.each([
		[yaml.replace('max_tokens: 10', 'max_tokens: 20'), ['params.max_tokens: 10 → 20']],
		[yaml.replace('max_tokens: 10', 'max_tokens: 10, top_p: 0.5'), ['params.top_p: (none) → 0.5']],
		[yaml.replace('max_tokens: 10', ''), ['params.max_tokens: 10 → (none)']],
		[yaml.replace('model: m', 'model: n'), ['model: "m" → "n"']],
		[yaml.replace('like', 'hate'), ['prompts: "I like {{food}}" → "I hate {{food}}"']],
		[
			yaml.replace('["I like {{food}}"]', '["I like {{food}}", "{{food}}"]'),
			['prompts: "I like {{food}}" → 2 items'],
		],
		[`${yaml}name: other\n`, ['name: (none) → "other"']],
		[`${yaml}on_refusal: keep\n`, ['on_refusal: "fail" → "keep"']],
		[`${yaml}endpoint: completions\n`, ['endpoint: "chat" → "completions"']],
		[
			`${yaml}schema: {type: object}\n`,
			['on_truncated: "keep" → "retry"', 'schema: (none) → {"type":"object"}'],
		],
	])('%j', async (other, expected) => {
		expect(await digestOf(other)).not.toBe(await digestOf(yaml));
		expect(await changes(yaml, other)).toEqual(expected);
	});

	test('long texts are shown from where they part', async () => {
		const long = (word: string) =>
			`model: m\nprompts: "${'word '.repeat(50)}${word} and so on and on and on and on and on"\n`;
		expect(await changes(long('cats'), long('dogs'))).toEqual([
			'prompts: "…d word word cats and so on and on and …" → "…d word word dogs and so on and on and …"',
		]);
	});

	test('many changes are counted', async () => {
		const params = (value: number) =>
			`model: m\nprompts: x\nparams: {${Array.from({length: 20}, (_, i) => `p${i}: ${value}`).join(', ')}}\n`;
		const lines = await changes(params(1), params(2));
		expect(lines).toHaveLength(8);
		expect(lines[7]).toBe('… and 13 more');
	});

	test('with zip a list of one is not its item', async () => {
		const zip = (model: string) => `model: ${model}\nprompts: [x]\ncombine: zip\n`;
		expect(await digestOf(zip('m'))).not.toBe(await digestOf(zip('[m]')));
	});

	test('one variant of args per message stays a list', async () => {
		const chat = 'model: m\nprompts: {messages: [{role: user, content: "{{x}}"}]}\n';
		expect(await digestOf(`${chat}args: [[{x: 1}]]\n`)).not.toBe(await digestOf(`${chat}args: [{x: 1}]\n`));
	});
});

describe('files', () => {
	const files = (rows: string, prompt = 'I like {{food}}') => ({
		'spec.yaml': 'model: m\nprompts: {file: p.md}\nargs: {file: rows.csv}\n',
		'p.md': prompt,
		'rows.csv': rows,
	});

	test('count with their content', async () => {
		const before = files('food\npizza\n');
		expect(await digestOf(files('food\npizza\n'))).toBe(await digestOf(before));
		expect(await digestOf(files('food\napples\n'))).not.toBe(await digestOf(before));
		expect(await changes(before, files('food\npizza\n', 'I hate {{food}}'))).toEqual(['p.md: changed']);
	});

	test('of rows are counted when they changed', async () => {
		const rows = (count: number) => `food\n${'x\n'.repeat(count)}`;
		const folder = folderWith(files(rows(10_003)));
		const spec = await readSpec(path.join(folder, 'spec.yaml'));
		const manifest = await manifestOf(spec);
		const before = await digestSpec(spec, manifest);
		expect(before.digest).toBe((await digestSpec(spec)).digest);
		writeFileSync(path.join(folder, 'rows.csv'), rows(10_004));
		expect(describeChange(before, await digestSpec(spec, manifest))).toEqual([
			'rows.csv: 10,003 → 10,004 rows (changed)',
		]);
		writeFileSync(path.join(folder, 'rows.csv'), rows(10_003).replace('x', 'y'));
		expect(describeChange(before, await digestSpec(spec, manifest))).toEqual(['rows.csv: changed']);
	});

	test('of rows with the noted size and time are not read again; a touched one is', async () => {
		const folder = folderWith(files('food\npizza\n'));
		const spec = await readSpec(path.join(folder, 'spec.yaml'));
		const manifest = await manifestOf(spec);
		const {digest} = await digestSpec(spec, manifest);
		const noted = manifest.files[1]!.mtimeMs! / 1000;

		// The content changes, size and time do not: only a reader would notice.
		writeFileSync(path.join(folder, 'rows.csv'), 'food\nsushi\n');
		utimesSync(path.join(folder, 'rows.csv'), noted, noted);
		const {mtimeMs} = (await manifestOf(spec)).files[1]!;
		const trusting = {
			...manifest,
			files: manifest.files.map(file => (file.mtimeMs === null ? file : {...file, mtimeMs})),
		};
		expect((await digestSpec(spec, trusting)).digest).toBe(digest);
		utimesSync(path.join(folder, 'rows.csv'), noted + 5, noted + 5);
		expect((await digestSpec(spec, trusting)).digest).not.toBe(digest);
	});

	test('the copy in a run directory has the digest of the original', async () => {
		const folder = folderWith(files('food\npizza\n'));
		const spec = await readSpec(path.join(folder, 'spec.yaml'));
		await writeInputs(spec, path.join(folder, 'inputs'));
		const manifest = await manifestOf(spec);
		const copy = await readSpecCopy(path.join(folder, 'inputs'));
		expect((await digestSpec(copy, manifest)).digest).toBe((await digestSpec(spec)).digest);
	});
});
