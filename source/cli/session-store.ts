import {existsSync, statSync} from 'node:fs';
import path from 'node:path';
import {type PartLimits, type ResultParts, resultNames} from '../domain/result-files.ts';
import type {RunState} from '../domain/state.ts';
import type {Lock} from '../store/lock.ts';
import {createResultsWriter} from '../store/results-writer.ts';
import {createRowReader, type SpecSource} from '../store/row-reader.ts';
import type {RunFiles} from './run-files.ts';
import type {SessionStore} from './session-options.ts';

export type SessionFiles = RunFiles & {
	readonly state: RunState;
	readonly specs: readonly SpecSource[];
	readonly lock: Lock;
	/** How the spec wants the results split. */
	readonly parts: PartLimits | null;
};

/** At a stop the result files are written only if that keeps nobody waiting. */
const quickMs = 2000;

/** The store as a session uses it. Reading goes on after `close`: the screen stays with its report. */
export function sessionStore({
	directory,
	journal,
	lines,
	stateFile,
	state,
	specs,
	lock,
	parts,
	onStep,
}: SessionFiles): SessionStore {
	const rows = createRowReader({state, readLine: lines.read, specAt: epoch => specs[epoch - 1]!});
	const results = createResultsWriter({directory, state, rows, parts, onStep});
	// A finished run that is opened again: what it left stands.
	const written = state.results.parts ?? null;
	const names = resultNames(written).map(name => path.join(directory.path, name));
	let isThere = hasLimits(written, parts) && [...names, directory.failures].every(isFile);
	const isWritten = () => isThere && state.resultsWritten;

	return {
		journal,
		readEvent: lines.readEvent,
		readRows: index => rows.read(index),
		saveState: async () => stateFile.save(state, journal),
		advanceResults(budgetMs) {
			if (!isWritten()) {
				results.advance(budgetMs);
			}
		},
		async finishResults(whole) {
			if (isWritten()) {
				return {notice: null, facts: null};
			}

			if (!whole && results.estimateMs() > quickMs) {
				await results.discard();
				const notice = `${directory.results} is from an earlier stop; export gives what there is now.`;
				return {notice: existsSync(directory.results) ? notice : null, facts: null};
			}

			const {damaged, facts} = await results.finish();
			isThere = true;
			const lost = `${damaged.length} results cannot be read from the journal and are missing in the result files: promptbatch-tui doctor ${directory.path} names them and queues them again.`;
			return {notice: damaged.length === 0 ? null : lost, facts};
		},
		async close() {
			try {
				await results.discard();
				await journal.close();
			} finally {
				lines.close();
				lock.release();
			}
		},
	};
}

/** Other limits in the spec, or none any more, make other files. */
function hasLimits(written: ResultParts | null, wanted: PartLimits | null): boolean {
	return (
		(written?.maxEntries ?? null) === (wanted?.maxEntries ?? null) &&
		(written?.maxBytes ?? null) === (wanted?.maxBytes ?? null)
	);
}

function isFile(path: string): boolean {
	return statSync(path, {throwIfNoEntry: false})?.isFile() ?? false;
}
