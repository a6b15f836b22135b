import {describe, expect, test} from 'vitest';
import type {InputRow} from '../../source/spec/input-rows.ts';
import {createJsonlParser} from '../../source/spec/jsonl-rows.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

async function parse(bytes: Buffer, cuts: readonly number[] = []): Promise<InputRow[]> {
	const parser = createJsonlParser('rows.jsonl');
	const rows: InputRow[] = [];
	const ends = [...cuts, bytes.length].sort((a, b) => a - b);
	for (const [i, end] of ends.entries()) {
		rows.push(...(await parser.push(bytes.subarray(ends[i - 1] ?? 0, end))));
	}

	return [...rows, ...(await parser.end())];
}

test('one object a line; blank lines, CRLF, a byte order mark and a missing last line break are fine', async () => {
	expect(await parse(Buffer.from('\uFEFF{"a": 1}\r\n\r\n  \n {"a": {"b": "ö"}}\n{"a":3}'))).toEqual([
		{row: {a: 1}, line: 1, start: 3},
		{row: {a: {b: 'ö'}}, line: 4, start: 18},
		{row: {a: 3}, line: 5, start: 38},
	]);
});

describe('broken lines', () => {
	test.each([
		['{"a": 1}\n{"a": 1\n', 'rows.jsonl:2: the line is not JSON.'],
		['{\n  "a": 1\n}\n', 'rows.jsonl:1: the line is not JSON.'],
		['{"a": 1}\n\n[1]\n', 'rows.jsonl:3: the line must be a JSON object, not a list.'],
		['"text"\n', 'rows.jsonl:1: the line must be a JSON object, not the text "text".'],
		['null\n', 'rows.jsonl:1: the line must be a JSON object, not nothing.'],
		['{"__proto__": {"a": 1}}\n', 'rows.jsonl:1: `__proto__` cannot be a key.'],
	])('%j', async (text, message) => {
		await expect(parse(Buffer.from(text))).rejects.toThrow(message);
	});

	test('a file without line breaks is not read into memory whole', async () => {
		const parser = createJsonlParser('rows.jsonl');
		const chunk = Buffer.alloc(4_000_000, 'x');
		const pushes = async () => {
			for (let i = 0; i < 10; i++) {
				await parser.push(chunk);
			}
		};

		await expect(pushes()).rejects.toThrow('rows.jsonl:1: the line has more than 16 MB.');
	});

	test('bytes that are not UTF-8 are found on their line', async () => {
		const bytes = Buffer.concat([Buffer.from('{"a":"ö"}\n{"a":"'), Buffer.from([0xe9]), Buffer.from('"}\n')]);
		await expect(parse(bytes)).rejects.toThrow('rows.jsonl:2: not UTF-8 text.');
		await expect(parse(bytes.subarray(0, -3))).rejects.toThrow('rows.jsonl:2: not UTF-8 text.');
	});
});

test('wherever chunks end, rows and offsets are the same', async () => {
	const random = seededRandom(testSeed('jsonl-rows'));
	const rows = Array.from({length: 40}, (_, i) => ({i, text: '🍕ö\n'.repeat(Math.floor(random() * 5))}));
	const bytes = Buffer.from(rows.map(row => `${JSON.stringify(row)}\n`).join(''));
	for (let round = 0; round < 50; round++) {
		const cuts = Array.from({length: 6}, () => Math.floor(random() * bytes.length));
		const parsed = await parse(bytes, cuts);
		expect(parsed.map(({row}) => row)).toEqual(rows);
		for (const {row, start} of parsed) {
			expect(bytes.toString('utf8', start, bytes.indexOf(10, start))).toBe(JSON.stringify(row));
		}
	}
});
