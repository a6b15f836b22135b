import {readdirSync} from 'node:fs';
import path from 'node:path';
import {partName} from '../domain/result-files.ts';

/** The result files of a run that are there, absolute and in order. */
export function resultFilesIn(directory: string): {
	readonly results: readonly string[];
	readonly failures: string | null;
} {
	const names = readdirSync(directory).sort();
	const results = names.filter(name => name === 'results.jsonl' || partName.test(name));
	return {
		results: results.map(name => path.join(directory, name)),
		failures: names.includes('failures.jsonl') ? path.join(directory, 'failures.jsonl') : null,
	};
}
