import {closeSync, existsSync, openSync, readSync} from 'node:fs';
import path from 'node:path';
import {type ResultParts, resultNames} from '../../domain/result-files.ts';
import type {RunState} from '../../domain/state.ts';
import {parseJson} from '../../domain/verdict.ts';
import {exportRows} from '../../store/export.ts';
import {keepFileAside} from '../../store/keep-aside.ts';
import {createResultsWriter} from '../../store/results-writer.ts';
import type {RowReader} from '../../store/row-reader.ts';
import type {RunDirectory} from '../../store/run-directory.ts';
import {type RunFiles, recordFact} from '../open-run.ts';
import {systemClock} from '../system-clock.ts';
import type {Findings} from './findings.ts';

/** The result files follow from the journal: where they say anything else, they are written anew. */
export async function mendResults(
	{directory, journal}: Pick<RunFiles, 'directory' | 'journal'>,
	state: RunState,
	rows: RowReader,
	findings: Findings,
): Promise<void> {
	const parts = state.results.parts ?? null;
	const results = resultNames(parts);
	const failures = path.basename(directory.failures);
	const wrong = state.resultsWritten
		? [
				...(isWritten(directory, results, exportRows(rows, whole(false))) ? [] : results),
				...(isWritten(directory, [failures], exportRows(rows, whole(true))) ? [] : [failures]),
			]
		: [...results, failures].filter(name => !isOfWholeLines(path.join(directory.path, name)));
	if (wrong.length === 0) {
		return;
	}

	const kept = wrong
		.filter(name => existsSync(path.join(directory.path, name)))
		.map(name => keepFileAside(path.join(directory.path, name)));
	const {facts} = await createResultsWriter({directory, state, rows, parts: limitsOf(parts)}).finish();
	if (state.resultsWritten) {
		recordFact(state, journal, {type: 'results-written', at: systemClock.now(), ...facts});
	}

	const old = kept.length === 0 ? '' : `; what was there is kept as ${kept.join(', ')}`;
	const said = kept.length < wrong.length ? 'missing' : 'not what the journal says';
	findings.mended(`${wrong.join(', ')}: ${said}: written anew${old}`);
}

function whole(failed: boolean) {
	return {format: 'jsonl', failed, onDamaged: () => {}} as const;
}

function limitsOf(parts: ResultParts | null) {
	return parts && {maxEntries: parts.maxEntries, maxBytes: parts.maxBytes};
}

/** Whether the files, one after the other, hold exactly this. */
function isWritten(
	{path: folder}: RunDirectory,
	names: readonly string[],
	chunks: Iterable<string>,
): boolean {
	const files = names.map(name => path.join(folder, name));
	if (!files.every(existsSync)) {
		return false;
	}

	const bytes = readThrough(files);
	for (const chunk of chunks) {
		const expected = Buffer.from(chunk);
		if (!bytes.next(expected.length).equals(expected)) {
			bytes.close();
			return false;
		}
	}

	const isAtEnd = bytes.next(1).length === 0;
	bytes.close();
	return isAtEnd;
}

function readThrough(files: readonly string[]) {
	const handles = files.map(file => openSync(file, 'r'));
	let current = 0;
	return {
		/** Fewer only at the end of the last file. */
		next(length: number): Buffer {
			const bytes = Buffer.alloc(length);
			let filled = 0;
			while (filled < length && current < handles.length) {
				const count = readSync(handles[current]!, bytes, filled, length - filled, null);
				filled += count;
				current += count === 0 ? 1 : 0;
			}

			return bytes.subarray(0, filled);
		},
		close: () => handles.forEach(handle => void closeSync(handle)),
	};
}

/** A file of an earlier stop may be behind the journal. Torn it may not be. */
function isOfWholeLines(file: string): boolean {
	if (!existsSync(file)) {
		return true;
	}

	const bytes = readThrough([file]);
	let rest = '';
	for (let chunk = bytes.next(chunkBytes); chunk.length > 0; chunk = bytes.next(chunkBytes)) {
		const lines = (rest + chunk.toString('latin1')).split('\n');
		rest = lines.pop()!;
		if (lines.some(line => parseJson(line) === undefined)) {
			bytes.close();
			return false;
		}
	}

	bytes.close();
	return rest === '';
}

const chunkBytes = 1024 * 1024;
