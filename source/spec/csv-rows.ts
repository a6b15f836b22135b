import {type CsvError, parse} from 'csv-parse';
import {UserError} from '../domain/user-error.ts';
import {type InputRow, longestRowBytes, type RowParser} from './input-rows.ts';
import {createLineCounter, type LineCounter} from './line-counter.ts';
import {specError} from './spec-error.ts';
import {createUtf8Check} from './utf8-check.ts';

/** Reads RFC 4180: quoted commas and line breaks, a header line first. Every cell is text. */
export function createCsvParser(display: string): RowParser {
	const utf8 = createUtf8Check(display);
	let rows: InputRow[] = [];
	let header: readonly string[] | null = null;
	// The parser's own count takes a CRLF inside of quotes for two lines.
	const lines = createLineCounter();
	const parser = parse({
		bom: true,
		skip_empty_lines: true,
		max_record_size: longestRowBytes,
		// Rows are taken here and not from the stream's other end, which costs twice the time.
		on_record: (cells: readonly string[], {bytes}) => {
			if (header === null) {
				header = columnNames(cells, display);
			} else {
				rows.push({row: rowOf(header, cells), line: lines.lineOf(bytes - 1) - lineBreaks(cells), start: -1});
			}

			return null;
		},
	});
	// Errors reach us through the callbacks of write and end.
	parser.on('error', () => {});
	const take = () => {
		const taken = rows;
		rows = [];
		return taken;
	};

	const explain = (error: Error) =>
		error instanceof UserError ? error : csvError(error as CsvError, display, lines, header?.length ?? 0);
	return {
		push: chunk =>
			new Promise((resolve, reject) => {
				utf8.push(chunk);
				lines.push(chunk);
				parser.write(chunk, error => (error ? reject(explain(error)) : resolve(take())));
			}),
		end: () =>
			new Promise((resolve, reject) => {
				utf8.end();
				parser.end((error?: Error | null) => {
					if (error) {
						reject(explain(error));
					} else if (header === null) {
						reject(specError(`${display}:1`, 'the file is empty', 'Its first line must name the columns.'));
					} else {
						resolve(take());
					}
				});
			}),
	};
}

function columnNames(cells: readonly string[], display: string): readonly string[] {
	// Tables written with an unnamed index column are common: its cells can be carried, if not used.
	const names = cells.map((cell, i) => (cell === '' ? `column_${i + 1}` : cell));
	const repeated = names.find((name, i) => names.indexOf(name) !== i);
	if (repeated !== undefined) {
		throw specError(`${display}:1`, `the column \`${repeated}\` appears twice`, 'Rename one of them.');
	}

	if (names.includes('__proto__')) {
		throw specError(`${display}:1`, '`__proto__` cannot be a column', 'Rename it.');
	}

	return names;
}

function rowOf(header: readonly string[], cells: readonly string[]): {[column: string]: string} {
	const row: {[column: string]: string} = {};
	for (let i = 0; i < header.length; i++) {
		row[header[i]!] = cells[i]!;
	}

	return row;
}

function lineBreaks(cells: readonly string[]): number {
	let count = 0;
	for (const cell of cells) {
		for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) {
			count++;
		}
	}

	return count;
}

function csvError(error: CsvError, display: string, lines: LineCounter, columns: number): UserError {
	// Where the cell begins that the parser gave up in, or where a row of the wrong length ends.
	const bytes = typeof error.bytes === 'number' ? error.bytes : 0;
	switch (error.code) {
		case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH': {
			const cells = Array.isArray(error.record) ? error.record : [];
			const line = lines.lineOf(bytes - 1) - lineBreaks(cells);
			return specError(
				`${display}:${line}`,
				`${cells.length} columns, but the header has ${columns}`,
				'Put quotes around a cell that holds a comma, or fill the row up with commas.',
			);
		}
		case 'CSV_QUOTE_NOT_CLOSED':
		case 'CSV_MAX_RECORD_SIZE':
			return specError(
				`${display}:${lines.lineOf(bytes)}`,
				'a quote is opened and never closed',
				'Close it; a quote inside a quoted cell is written twice: "".',
			);
		case 'CSV_INVALID_CLOSING_QUOTE':
		case 'INVALID_OPENING_QUOTE':
			return specError(
				`${display}:${lines.lineOf(bytes)}`,
				'a quote stands inside a cell',
				'Quote the whole cell and write the quote inside it twice: "".',
			);
		default:
			return specError(`${display}:${lines.lineOf(bytes)}`, error.message, 'Correct the row.');
	}
}
