import path from 'node:path';
import type {JsonObject} from '../domain/request.ts';
import {createCsvParser} from './csv-rows.ts';
import {createJsonlParser} from './jsonl-rows.ts';
import {readChunks} from './row-files.ts';
import {specError} from './spec-error.ts';
import {regularFileSize} from './text-file.ts';

/** A row of a file together with the text that gives it again. */
export type InputLine = {
	readonly row: JsonObject;
	/** 1-based. */
	readonly line: number;
	/** Without its line break; of JSONL as it stood there. */
	readonly text: string;
};

const lineFeed = 10;

/** The rows of a JSONL or CSV file by its name. Throws a UserError that names the line. */
export async function* readInputLines(file: string): AsyncGenerator<InputLine> {
	await regularFileSize(file, file, null);
	const isCsv = isCsvFile(file);
	const parser = isCsv ? createCsvParser(file) : createJsonlParser(file);
	let kept: Buffer = Buffer.alloc(0);
	let base = 0;
	for await (const chunk of withEnd(readChunks(file))) {
		const rows = chunk === null ? await parser.end() : await parser.push(chunk);
		kept = chunk === null || isCsv ? kept : Buffer.concat([kept, chunk]);
		for (const {row, line, start} of rows) {
			yield {row, line, text: isCsv ? csvText(Object.values(row)) : lineAt(kept, start - base)};
		}

		const whole = kept.lastIndexOf(lineFeed) + 1;
		kept = kept.subarray(whole);
		base += whole;
	}
}

/** The header of a CSV, as its rows are written again; null for other files. */
export function headerOf(file: string, row: JsonObject): string | null {
	return isCsvFile(file) ? csvText(Object.keys(row)) : null;
}

function isCsvFile(file: string): boolean {
	const ending = path.extname(file).toLowerCase();
	if (!['.csv', '.jsonl', '.ndjson'].includes(ending)) {
		throw specError(file, `a file of rows ends in .jsonl or .csv, not in “${ending}”`, 'Rename it.');
	}

	return ending === '.csv';
}

async function* withEnd(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer | null> {
	yield* chunks;
	yield null;
}

function lineAt(bytes: Buffer, start: number): string {
	const end = bytes.indexOf(lineFeed, start);
	return bytes.toString('utf8', start, end < 0 ? bytes.length : end).replace(/\r$/, '');
}

/** As it was: what guards a spreadsheet against formulas would change the data here. */
function csvText(cells: readonly unknown[]): string {
	return cells
		.map(cell => {
			const text = String(cell);
			return /[",\r\n]|^\s|\s$|^$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
		})
		.join(',');
}
