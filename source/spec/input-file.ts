import path from 'node:path';

/** A file whose rows are requests, given in the place of a spec. */
export function isInputFile(name: string): boolean {
	return /\.(jsonl|ndjson|csv|parquet)$/i.test(name);
}

/** The spec that runs such a file. */
export function plainSpec(file: string): Buffer {
	return Buffer.from(`requests: {file: ${JSON.stringify(path.basename(file))}}\n`);
}
