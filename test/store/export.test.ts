import path from 'node:path';
import {PassThrough, Writable} from 'node:stream';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {parse} from 'csv-parse/sync';
import {describe, expect, test} from 'vitest';
import {csvLine} from '../../source/store/csv.ts';
import {type ExportOptions, exportRows, writeTo} from '../../source/store/export.ts';
import {openLineReader} from '../../source/store/line-reader.ts';
import {createRowReader} from '../../source/store/row-reader.ts';
import {answeredRun, chatBody, foodSource} from './answered-run.ts';
import {temporaryFolder} from './temporary-folder.ts';

const folder = temporaryFolder();

const run = answeredRun(folder, 5);
run.answer(3, ['=1+1', 'plain']);
run.fail(1);
run.answer(0, ['two\nlines, "quoted"']);

describe('an export', () => {
	test('as JSON lines holds the rows so far in the order of the spec', () => {
		expect(jsonLines({failed: false}).map(row => [row.index, row.choice_index, row.text])).toEqual([
			[0, 0, 'two\nlines, "quoted"'],
			[3, 0, '=1+1'],
			[3, 1, 'plain'],
		]);
		expect(jsonLines({failed: true}).map(row => [row.index, row.error])).toEqual([
			[1, {kind: 'server', status: 503, code: null, message: 'overloaded'}],
		]);
	});

	test('as CSV holds the same, nested values as JSON', () => {
		const records = csvRecords({failed: false});
		expect(records.map(({index, text}) => [index, text])).toEqual([
			['0', 'two\nlines, "quoted"'],
			['3', "'=1+1"],
			['3', 'plain'],
		]);
		expect(JSON.parse(records[0]!.completion!)).toEqual({
			id: 'chatcmpl-1',
			usage: JSON.parse(chatBody([])).usage,
		});
		expect(records[2]).toMatchObject({usage: '', cost_usd: '', prompt: 'prompt 3 of food', messages: ''});
		const [failure] = csvRecords({failed: true});
		expect(JSON.parse(failure!.error!).kind).toBe('server');
		expect(JSON.parse(failure!.history!)).toHaveLength(1);
	});

	test('knows every key that a row can have', () => {
		const known = text({format: 'csv', failed: false}).split('\n')[0]!.split(',');
		for (const row of jsonLines({failed: false})) {
			expect(known.filter(column => column in row)).toEqual(Object.keys(row));
		}
	});

	test('reads a run that another process is writing through a handle of its own', () => {
		run.journal.flush();
		const lines = openLineReader(path.join(run.directory.journal));
		const source = foodSource(5);
		const rows = createRowReader({
			state: run.state,
			readLine: lines.read,
			specAt: () => ({source, check: null, asking: null}),
		});
		const options = {format: 'jsonl', failed: false, onDamaged: unexpected} as const;
		expect([...exportRows(rows, options)].join('')).toBe(text({format: 'jsonl', failed: false}));
		lines.close();
	});
});

describe('writing to a stream', () => {
	test('waits for a reader that is slow', async () => {
		let waiting = 0;
		let most = 0;
		const slow = new Writable({
			highWaterMark: 1,
			write(_chunk, _encoding, done) {
				waiting--;
				setImmediate(done);
			},
		});
		function* chunks() {
			for (let count = 0; count < 50; count++) {
				most = Math.max(most, ++waiting);
				yield 'x'.repeat(100);
			}
		}

		await writeTo(slow, chunks());
		expect(most).toBeLessThanOrEqual(2);
	});

	test('ends quietly when the reader has seen enough, and only then', async () => {
		const fails = (code: string) =>
			new Writable({write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), {code}))});
		await writeTo(fails('EPIPE'), ['a', 'b']);
		await expect(writeTo(fails('ENOSPC'), ['a', 'b'])).rejects.toThrow('ENOSPC');
	});

	test('leaves the stream open', async () => {
		const out = new PassThrough();
		await writeTo(out, ['a', 'b']);
		await nextTurn();
		expect(out.writableEnded).toBe(false);
		expect(String(out.read())).toBe('ab');
	});
});

test.each<[unknown, string]>([
	['plain', 'plain'],
	['', ''],
	[null, ''],
	[undefined, ''],
	[0, '0'],
	[-1.5, '-1.5'],
	[true, 'true'],
	['a,b', '"a,b"'],
	['a"b', '"a""b"'],
	[' a', '" a"'],
	['=SUM(A1)', "'=SUM(A1)"],
	['+1', "'+1"],
	['-1', "'-1"],
	['@x', "'@x"],
	['\tx', "'\tx"],
	['\r', '"\'\r"'],
	['\n=1', '"\'\n=1"'],
	['  =1', "'  =1"],
	['"=1"', '"\'""=1"""'],
	['\u200b@x', "'\u200b@x"],
	['＝1', "'＝1"],
	['＋1', "'＋1"],
	['－1', "'－1"],
	['＠x', "'＠x"],
	['a=1', 'a=1'],
	['1-2', '1-2'],
	[{a: '=1'}, '"{""a"":""=1""}"'],
	[[1, 2], '"[1,2]"'],
])('a cell of %j is %j', (value, expected) => {
	expect(csvLine([value])).toBe(`${expected}\n`);
});

function text(options: Omit<ExportOptions, 'onDamaged'>): string {
	return [...exportRows(run.rows, {...options, onDamaged: unexpected})].join('');
}

function jsonLines(options: {readonly failed: boolean}): readonly {readonly [key: string]: unknown}[] {
	return text({...options, format: 'jsonl'})
		.split('\n')
		.slice(0, -1)
		.map(line => JSON.parse(line));
}

function csvRecords(options: {readonly failed: boolean}): readonly {readonly [key: string]: string}[] {
	return parse(text({...options, format: 'csv'}), {columns: true});
}

function unexpected(index: number): void {
	throw new Error(`request ${index} is damaged`);
}
