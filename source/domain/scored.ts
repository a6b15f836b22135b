/** A number or a truth counts in means; a text is a label; null says that there is nothing to score. */
export type ScoreValue = number | boolean | string | null;

/** What the scorers of a spec say of one row. */
export type Scored = {
	readonly scores: {readonly [name: string]: ScoreValue};
	/** Why a scorer has nothing to say, by its name. */
	readonly errors: {readonly [name: string]: string};
};
