import {describe, expect, test} from 'vitest';
import {createCsvParser} from '../../source/spec/csv-rows.ts';
import type {InputRow, RowParser} from '../../source/spec/input-rows.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

async function parseAll(parser: RowParser, bytes: Buffer, cuts: readonly number[] = []): Promise<InputRow[]> {
	const rows: InputRow[] = [];
	const ends = [...cuts, bytes.length].sort((a, b) => a - b);
	for (const [i, end] of ends.entries()) {
		rows.push(...(await parser.push(bytes.subarray(ends[i - 1] ?? 0, end))));
	}

	return [...rows, ...(await parser.end())];
}

const parseText = (text: string | Buffer) => parseAll(createCsvParser('rows.csv'), Buffer.from(text));

test('cells are text, as they are, with the line on which their row begins', async () => {
	expect(await parseText('\uFEFFid,text\r\n1,"a ""b"", c"\r\n\r\n2,"two\r\nlines"\r\n3,\r\n')).toEqual([
		{row: {id: '1', text: 'a "b", c'}, line: 2, start: -1},
		{row: {id: '2', text: 'two\r\nlines'}, line: 4, start: -1},
		{row: {id: '3', text: ''}, line: 6, start: -1},
	]);
});

test('an unnamed column gets a name', async () => {
	expect(await parseText(',text\n0,a\n')).toEqual([{row: {column_1: '0', text: 'a'}, line: 2, start: -1}]);
});

test('a header alone gives no rows', async () => {
	expect(await parseText('a,b')).toEqual([]);
});

describe('broken files', () => {
	test.each([
		['', 'rows.csv:1: the file is empty.', 'Its first line must name the columns.'],
		['a,b\n1,2\n1,2,3\n', 'rows.csv:3: 3 columns, but the header has 2.', 'Put quotes around a cell'],
		['a,b\n1\n', 'rows.csv:2: 1 columns, but the header has 2.', 'Put quotes around a cell'],
		['a,b\n1,2\n1,"x\n2,3\n4,5\n', 'rows.csv:3: a quote is opened and never closed.', 'Close it;'],
		['a,b\n"x\r\ny",2\n1,"x"y\n', 'rows.csv:4: a quote stands inside a cell.', 'Quote the whole cell'],
		[
			'a,b\n"x\r\ny",2\n\n"x\r\ny",3,4\n',
			'rows.csv:5: 3 columns, but the header has 2.',
			'Put quotes around a cell',
		],
		['a,b\n1,"x"y\n', 'rows.csv:2: a quote stands inside a cell.', 'Quote the whole cell'],
		['a,b\n1,x"y\n', 'rows.csv:2: a quote stands inside a cell.', 'Quote the whole cell'],
		['a,b,a\n1,2,3\n', 'rows.csv:1: the column `a` appears twice.', 'Rename one of them.'],
		['a,__proto__\n1,2\n', 'rows.csv:1: `__proto__` cannot be a column.', 'Rename it.'],
	])('%j', async (text, message, hint) => {
		await expect(parseText(text)).rejects.toMatchObject({message, hint: expect.stringContaining(hint)});
	});

	test('bytes that are not UTF-8 are found on their line, wherever chunks end', async () => {
		const bytes = Buffer.concat([
			Buffer.from('a\nök🍕\nfine\n'),
			Buffer.from([0x63, 0xe9, 0x0a]),
			Buffer.from('more\n'),
		]);
		for (let cut = 0; cut <= bytes.length; cut++) {
			await expect(parseAll(createCsvParser('rows.csv'), bytes, [cut]), `cut at ${cut}`).rejects.toThrow(
				'rows.csv:4: not UTF-8 text.',
			);
		}

		await expect(parseText(Buffer.from([0xff, 0xfe, 0x61, 0x00]))).rejects.toThrow(
			'rows.csv:1: not UTF-8 text.',
		);
	});
});

test('whatever the cells hold and wherever chunks end, the rows are the same', async () => {
	const random = seededRandom(testSeed('csv-rows'));
	const pieces = ['a', ',', '"', '\n', '\r\n', 'ö', '🍕', ' ', "'", ';'];
	for (let round = 0; round < 60; round++) {
		const cell = () =>
			Array.from({length: Math.floor(random() * 6)}, () => pieces[Math.floor(random() * 10)]).join('');
		// A row of empty cells alone would be a blank line.
		const rows = Array.from({length: 8}, () => ({x: `x${cell()}`, y: cell(), z: cell()}));
		const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
		const lines = rows.map(({x, y, z}) => [x, y, z].map(quote).join(','));
		const bytes = Buffer.from(`x,y,z\n${lines.join('\n')}\n`);
		const cuts = Array.from({length: 5}, () => Math.floor(random() * bytes.length));
		const parsed = await parseAll(createCsvParser('rows.csv'), bytes, cuts);
		expect(parsed.map(({row}) => row)).toEqual(rows);
		const linesBefore = rows.map((_, i) => ['x,y,z', ...lines.slice(0, i)].join('\n').split('\n').length);
		expect(parsed.map(({line}) => line)).toEqual(linesBefore.map(count => count + 1));
	}
});
