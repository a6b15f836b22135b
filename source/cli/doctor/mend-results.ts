import {existsSync, statSync} from 'node:fs';
import path from 'node:path';
import {type ResultParts, resultNames} from '../../domain/result-files.ts';
import type {RunState} from '../../domain/state.ts';
import {parseJson} from '../../domain/verdict.ts';
import {auditResults} from '../../store/audit-results.ts';
import {keepFileAside} from '../../store/keep-aside.ts';
import {partOf} from '../../store/line-number.ts';
import {createResultsWriter} from '../../store/results-writer.ts';
import {openRowLines} from '../../store/row-lines.ts';
import type {RowReader} from '../../store/row-reader.ts';
import {type RunFiles, recordFact} from '../run-files.ts';
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
	const audit = state.resultsWritten ? auditResults(directory, parts, rows, () => {}) : null;
	const wrong = audit
		? [
				...(audit.results.problems.count > 0 ? results : []),
				...(audit.failures.problems.count > 0 ? [failures] : []),
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

function limitsOf(parts: ResultParts | null) {
	return parts && {maxEntries: parts.maxEntries, maxBytes: parts.maxBytes};
}

/** A file of an earlier stop may be behind the journal. Torn it may not be. */
function isOfWholeLines(file: string): boolean {
	if (!existsSync(file)) {
		return true;
	}

	const lines = openRowLines([file]);
	let isWhole = endsWithBreak(file);
	for (let line = lines.peek(); isWhole && line !== null; line = lines.peek()) {
		isWhole = parseJson(line) !== undefined;
		lines.take();
	}

	lines.close();
	return isWhole;
}

function endsWithBreak(file: string): boolean {
	const {size} = statSync(file);
	return size === 0 || partOf(file, size - 1, 1) === '\n';
}
