import {createHash} from 'node:crypto';
import {cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {inputFolder} from '../../source/spec/input-folder.ts';
import {parseManifest} from '../../source/spec/manifest.ts';
import {memoryInputs} from '../../source/spec/memory-inputs.ts';
import {openRequests} from '../../source/spec/open-requests.ts';
import {prepareInputs} from '../../source/spec/prepare-inputs.ts';
import {readSpec, readSpecCopy} from '../../source/spec/read-spec.ts';
import {folderWith, refusalOf, requestsOf, writeInputs} from './spec-folder.ts';

const csvRows = Array.from({length: 50}, (_, i) => `r${i},"text ${i}\nmore",${i % 3}`).join('\n');
const csvFiles = {
	'spec.yaml': 'model: m\nprompts: ["{{text}}"]\nargs: {file: data/rows.csv}\nschema: s.json\n',
	'data/rows.csv': `id,text,label\n${csvRows}\n`,
	's.json': '{"type": "object", "properties": {}, "additionalProperties": false}',
};

test('a run keeps the spec, its files, its rows and a manifest, and needs nothing else', async () => {
	const folder = folderWith(csvFiles);
	const spec = await readSpec(path.join(folder, 'spec.yaml'));
	const before = openRequests(spec, await memoryInputs(spec));
	const inputs = path.join(folder, 'run/inputs');
	await writeInputs(spec, inputs);
	expect(readdirSync(inputs).sort()).toEqual([
		'manifest.json',
		'rows.csv',
		'rows.index',
		'rows.lines.jsonl',
		's.json',
		'spec.yaml',
	]);
	for (const name of ['spec.yaml', 's.json']) {
		expect(readFileSync(path.join(inputs, name))).toEqual(readFileSync(path.join(folder, name)));
	}

	const bytes = readFileSync(path.join(folder, 'data/rows.csv'));
	expect(readFileSync(path.join(inputs, 'rows.csv'))).toEqual(bytes);
	expect(parseManifest(readFileSync(path.join(inputs, 'manifest.json'), 'utf8'))?.files[1]).toEqual({
		name: 'data/rows.csv',
		stored: 'rows.csv',
		size: bytes.length,
		mtimeMs: expect.any(Number),
		sha256: createHash('sha256').update(bytes).digest('hex'),
		rows: 50,
	});

	// Moved, the originals gone, no request changes.
	const moved = path.join(folder, 'elsewhere');
	cpSync(inputs, moved, {recursive: true});
	for (const name of ['spec.yaml', 's.json', 'data', 'run']) {
		rmSync(path.join(folder, name), {recursive: true});
	}

	const after = openRequests(await readSpecCopy(moved), inputFolder(moved));
	expect(after.count).toBe(50);
	for (const index of [0, 49, 7, 31, 7]) {
		expect(after.expand(index)).toEqual(before.expand(index));
	}

	expect(after.id(12)).toBe('r12');
	after.close();
});

test('no file of a run says where it lies', async () => {
	const folder = folderWith(csvFiles);
	await writeInputs(await readSpec(path.join(folder, 'spec.yaml')), path.join(folder, 'inputs'));
	for (const name of readdirSync(path.join(folder, 'inputs'))) {
		expect(readFileSync(path.join(folder, 'inputs', name)).includes(folder), name).toBe(false);
	}
});

test('a whole JSONL file serves as it is; a part of it is written apart', async () => {
	const lines = '\uFEFF{"x": "one"}\r\n\r\n{"x": "two", "y": 2}\n{"x": "three"}';
	const folder = folderWith({
		'whole.yaml': 'model: m\nprompts: ["{{x}}"]\nargs: {file: r.jsonl}\n',
		'part.yaml': 'model: m\nprompts: ["{{x}}"]\nargs: {file: r.jsonl, offset: 1}\n',
		'r.jsonl': lines,
	});
	for (const [name, expected] of [
		['whole', ['one', 'two', 'three']],
		['part', ['two', 'three']],
	] as const) {
		const inputs = path.join(folder, name);
		const spec = await readSpec(path.join(folder, `${name}.yaml`));
		await writeInputs(spec, inputs);
		expect(readdirSync(inputs).includes('rows.lines.jsonl')).toBe(name === 'part');
		expect(readFileSync(path.join(inputs, 'r.jsonl'), 'utf8')).toBe(lines);
		for (const source of [
			openRequests(await readSpecCopy(inputs), inputFolder(inputs)),
			openRequests(spec, await memoryInputs(spec)),
		]) {
			const texts = Array.from({length: source.count}, (_, i) => source.expand(i).asked);
			expect(texts.map(asked => 'prompt' in asked && asked.prompt)).toEqual(expected);
			source.close();
		}
	}
});

describe('offset, limit and sample', () => {
	const files = (args: string) => ({
		'spec.yaml': `model: m\nprompts: "{{n}}"\nargs: {file: r.csv, ${args}}\n`,
		'r.csv': `n\n${Array.from({length: 100}, (_, i) => i).join('\n')}\n`,
	});
	const numbers = async (args: string) =>
		(await requestsOf(files(args))).map(({asked}) => Number('prompt' in asked && asked.prompt));

	test('offset is cut first, then limit', async () => {
		expect(await numbers('offset: 95')).toEqual([95, 96, 97, 98, 99]);
		expect(await numbers('limit: 3')).toEqual([0, 1, 2]);
		expect(await numbers('offset: 10, limit: 2')).toEqual([10, 11]);
	});

	test('a sample is drawn from what is left, in file order, the same for the same seed', async () => {
		const drawn = await numbers('offset: 20, limit: 50, sample: 10, seed: 3');
		expect(drawn).toHaveLength(10);
		expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b));
		expect(drawn.every(n => n >= 20 && n < 70)).toBe(true);
		expect(await numbers('offset: 20, limit: 50, sample: 10, seed: 3')).toEqual(drawn);
		expect(await numbers('offset: 20, limit: 50, sample: 10, seed: 4')).not.toEqual(drawn);
		expect(await numbers('offset: 90, sample: 50')).toEqual([90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
	});

	test('no rows are no run', async () => {
		expect(await refusalOf(files('offset: 100'))).toBe(
			'spec.yaml:3:14: 0 requests, as r.csv gives no rows. | Lower `args.offset`.',
		);
		expect(await refusalOf({...files('limit: 5'), 'r.csv': 'n\n'})).toContain(
			'0 requests, as r.csv gives no rows.',
		);
	});
});

describe('every row is checked before anything is sent', () => {
	const spec = 'model: m\nprompts: "{{food}} {{a.b}}"\nargs: {file: rows.jsonl}\n';
	const good = '{"food": "x", "a": {"b": 1}}\n';
	test.each([
		[
			`${good}{"food": "x", "a": {}}\n`,
			'rows.jsonl:2: the row has no value for {{a.b}}. | Add it; an empty text is a value too.',
		],
		[
			`${good}\n{"fod": "x", "a": {"b": 1}}\n`,
			'rows.jsonl:3: the row has no value for {{food}}. | Did you mean {{fod}}?',
		],
		[`${good}{"food": null, "a": {"b": 1}}\n`, 'rows.jsonl:2: the row has no value for {{food}}.'],
		[`${good}not json\n`, 'rows.jsonl:2: the line is not JSON.'],
		[
			'{"id": "a", "food": "x", "a": {"b": 1}}\n\n{"custom_id": "a", "food": "x", "a": {"b": 1}}\n',
			'rows.jsonl:3: the id `a` was used before, on line 1. | Give each row its own id, or rename the column.',
		],
		[
			`${good}{"id": 0, "food": "x", "a": {"b": 1}}\n`,
			'rows.jsonl:2: the id `0` was used before, on line 1.',
		],
		[
			'{"id": "1", "food": "x", "a": {"b": 1}}\n{"food": "x", "a": {"b": 1}}\n',
			'rows.jsonl:2: the id `1` was used before, on line 1.',
		],
		['{"id": {}, "food": "x", "a": {"b": 1}}\n', 'rows.jsonl:1: an id must be text or a number.'],
		[
			'{"id": 12345678901234567890, "food": "x", "a": {"b": 1}}\n',
			'is too large to be exact, or a fraction; quote it.',
		],
		['\n', 'spec.yaml:3:14: 0 requests, as rows.jsonl gives no rows.'],
	])('%j', async (rows, message) => {
		expect(await refusalOf({'spec.yaml': spec, 'rows.jsonl': rows})).toContain(message);
	});

	test('a placeholder without a column is named at the header', async () => {
		const files = {
			'spec.yaml': 'model: m\nprompts: "{{fod}}"\nargs: {file: r.csv}\n',
			'r.csv': 'food,mood\n1,2\n',
		};
		expect(await refusalOf(files)).toContain(
			'r.csv:1: there is no column for {{fod}}. | Did you mean {{food}}?',
		);
	});

	test('ids may repeat where rows do not name requests', async () => {
		const files = {
			'spec.yaml': 'model: [m, n]\nprompts: "{{x}}"\nargs: {file: r.csv}\n',
			'r.csv': 'id,x\na,1\na,2\n',
		};
		expect(await requestsOf(files)).toHaveLength(4);
	});

	test.each([
		['rows.txt', 'spec.yaml:3:14: rows are read from files that end in .csv, .jsonl or .parquet.'],
		['none.csv', 'spec.yaml:3:14: none.csv does not exist. | A file'],
		['folder.csv', 'spec.yaml:3:14: folder.csv is not a regular file.'],
	])('%s', async (name, message) => {
		const files = {'spec.yaml': `model: m\nprompts: x\nargs: {file: ${name}}\n`, 'folder.csv/x': ''};
		expect(await refusalOf(files)).toContain(message);
	});
});

test('a file that changes while it is read is refused', async () => {
	const folder = folderWith(csvFiles);
	const rows = path.join(folder, 'data/rows.csv');
	const prepare = async () => {
		for await (const {content} of prepareInputs(await readSpec(path.join(folder, 'spec.yaml')))) {
			if (typeof content !== 'string' && !Buffer.isBuffer(content)) {
				for await (const chunk of content) {
					expect(chunk).toBeInstanceOf(Buffer);
				}

				writeFileSync(`${rows}.new`, `id,text,label\n${csvRows}\nlast,x,1\n`);
				renameSync(`${rows}.new`, rows);
			}
		}
	};

	await expect(prepare()).rejects.toThrow(/rows\.csv was changed while it was read\.$/);
});
