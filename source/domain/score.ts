import type {ResultRow} from './result.ts';

/** A number or a truth counts in means; a text is a label; null says that there is nothing to score. */
export type ScoreValue = number | boolean | string | null;

/** What the scorers of a spec say of one row. */
export type Scored = {
	readonly scores: {readonly [name: string]: ScoreValue};
	/** Why a scorer has nothing to say, by its name. */
	readonly errors: {readonly [name: string]: string};
};

/** All scorers of a spec in one. Never throws: an answer that cannot be scored is still an answer. */
export type Score = (row: ResultRow) => Scored;

/** The row with its scores, as it is written. */
export function scoredRow(row: ResultRow, score: Score): ResultRow {
	const {scores, errors} = score(row);
	return Object.keys(errors).length === 0
		? {...row, scores}
		: {...row, warnings: [...row.warnings, 'score_error'], scores, score_errors: errors};
}
