import {createRequire} from 'node:module';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import type {AsyncBuffer, Compressors} from 'hyparquet';
import {UserError} from '../domain/user-error.ts';
import type {InputRow} from './input-rows.ts';
import {jsonValue} from './json-value.ts';
import type {ParsedChunk} from './parsed-chunk.ts';
import type {SpecFile} from './spec.ts';
import {specError} from './spec-error.ts';

type Hyparquet = typeof import('hyparquet');

/** Rows that are in memory at once; a group of rows in a file may have a million. */
const rowsAtOnce = 10_000;
const none = Buffer.alloc(0);

/**
 * The rows of a Parquet file; `line` counts them from 1. hyparquet is no part of this program: it is looked for when
 * a file asks for it, beside the program first and then beside the file.
 */
export async function* readParquet({path: filePath, display}: SpecFile): AsyncGenerator<ParsedChunk> {
	const library = await findPackage<Hyparquet>('hyparquet', filePath);
	if (library === null) {
		throw new UserError(
			`${display} is a Parquet file, and the package hyparquet that reads it is not installed.`,
			'npm install hyparquet beside promptbatch-tui or beside the file, or convert it to CSV or JSONL.',
		);
	}

	const {asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects} = library;
	const file: AsyncBuffer = await asyncBufferFromFile(filePath);
	try {
		const metadata = await parquetMetadataAsync(file);
		const codecs = metadata.row_groups.flatMap(({columns}) =>
			columns.map(({meta_data: meta}) => meta?.codec),
		);
		const compressors = codecs.some(codec => codec && !['UNCOMPRESSED', 'SNAPPY'].includes(codec))
			? await loadCompressors(filePath, display)
			: {};
		const count = Number(metadata.num_rows);
		for (let start = 0; start < count; start += rowsAtOnce) {
			const rowEnd = Math.min(count, start + rowsAtOnce);
			const read = await parquetReadObjects({file, metadata, rowStart: start, rowEnd, compressors});
			const rows = read.map((row, i): InputRow => {
				const plain = jsonValue(row) as InputRow['row'];
				return {row: plain, line: start + i + 1, start: -1};
			});
			yield {chunk: none, rows};
		}
	} catch (error) {
		throw error instanceof UserError
			? error
			: specError(
					display,
					`not a Parquet file that can be read: ${error instanceof Error ? error.message : String(error)}`,
					'Convert it to CSV or JSONL.',
				);
	}
}

async function loadCompressors(filePath: string, display: string): Promise<Compressors> {
	const library = await findPackage<{readonly compressors: Compressors}>('hyparquet-compressors', filePath);
	if (library === null) {
		throw new UserError(
			`${display} is compressed in a way that needs the package hyparquet-compressors, which is not installed.`,
			'npm install hyparquet-compressors beside hyparquet, or write the file with snappy.',
		);
	}

	return library.compressors;
}

/** Null when it is installed nowhere. */
async function findPackage<Module>(name: 'hyparquet' | 'hyparquet-compressors', filePath: string) {
	const places = [import.meta.url, path.resolve(filePath)];
	for (const place of places) {
		const resolved = resolveFrom(place, name);
		if (resolved !== null) {
			return (await import(pathToFileURL(resolved).href)) as Module;
		}
	}

	return null;
}

function resolveFrom(place: string, name: string): string | null {
	try {
		return createRequire(place).resolve(name);
	} catch {
		return null;
	}
}
