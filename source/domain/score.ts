import type {ResultRow} from './result.ts';
import type {Scored} from './scored.ts';

/** All scorers of a spec in one. Never throws: an answer that cannot be scored is still an answer. */
export type Score = (row: ResultRow) => Scored;

/** The row with its scores, as it is written. */
export function scoredRow(row: ResultRow, score: Score): ResultRow {
	const {scores, errors} = score(row);
	return Object.keys(errors).length === 0
		? {...row, scores}
		: {...row, warnings: [...row.warnings, 'score_error'], scores, score_errors: errors};
}
