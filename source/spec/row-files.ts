import {createReadStream} from 'node:fs';
import {createCsvParser} from './csv-rows.ts';
import {createJsonlParser} from './jsonl-rows.ts';
import {readParquet} from './parquet-rows.ts';
import type {ParsedChunk} from './parsed-chunk.ts';
import type {RowsAxis} from './spec.ts';
import {unfoldRow} from './tabular-requests.ts';

const chunkBytes = 256 * 1024;

/** The rows of a file in order, with the bytes that they came from. */
export async function* readRows(axis: RowsAxis): AsyncGenerator<ParsedChunk> {
	const {file, format, holds} = axis;
	if (holds === 'args' || format === 'jsonl') {
		yield* readRecords(axis);
		return;
	}

	for await (const {chunk, rows} of readRecords(axis)) {
		yield {chunk, rows: rows.map(row => unfoldRow(row, file.display, format === 'csv'))};
	}
}

/** As the format of the file has them. */
async function* readRecords({file, format}: RowsAxis): AsyncGenerator<ParsedChunk> {
	if (format === 'parquet') {
		yield* readParquet(file);
		return;
	}

	const parser = format === 'csv' ? createCsvParser(file.display) : createJsonlParser(file.display);
	for await (const chunk of readChunks(file.path)) {
		yield {chunk, rows: await parser.push(chunk)};
	}

	yield {chunk: Buffer.alloc(0), rows: await parser.end()};
}

export function readChunks(path: string): AsyncIterable<Buffer> {
	return createReadStream(path, {highWaterMark: chunkBytes}) as AsyncIterable<Buffer>;
}
