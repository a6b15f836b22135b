import type {Lane} from './price.ts';

/** A request got the answer of another with the same body. At most `mostShared` a line. */
export type AnswersShared = {
	readonly type: 'answers-shared';
	readonly at: number;
	/** Whose answer it is, and the journal line that it stands on. */
	readonly from: number;
	readonly offset: number;
	readonly lane: Lane;
	readonly queue: number;
	readonly indexes: readonly number[];
};

export const mostShared = 1000;
