import {existsSync, statSync} from 'node:fs';
import type {RunState} from '../domain/state.ts';
import type {Lock} from '../store/lock.ts';
import {createResultsWriter} from '../store/results-writer.ts';
import {createRowReader, type SpecSource} from '../store/row-reader.ts';
import type {RunFiles} from './open-run.ts';
import type {SessionStore} from './session-options.ts';

export type SessionFiles = RunFiles & {
	readonly state: RunState;
	readonly specs: readonly SpecSource[];
	readonly lock: Lock;
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
}: SessionFiles): SessionStore {
	const rows = createRowReader({state, readLine: lines.read, specAt: epoch => specs[epoch - 1]!});
	const results = createResultsWriter({directory, state, rows});
	// A finished run that is opened again: what it left stands.
	let isThere = [directory.results, directory.failures].every(isFile);
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
				return null;
			}

			if (!whole && results.estimateMs() > quickMs) {
				await results.discard();
				return existsSync(directory.results)
					? `${directory.results} is from an earlier stop; export gives what there is now.`
					: null;
			}

			const {damaged} = await results.finish();
			isThere = true;
			return damaged.length === 0
				? null
				: `${damaged.length} results cannot be read from the journal and are missing in the result files.`;
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

function isFile(path: string): boolean {
	return statSync(path, {throwIfNoEntry: false})?.isFile() ?? false;
}
