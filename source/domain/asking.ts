import type {Choice} from './answer.ts';
import type {Failure} from './failure.ts';
import type {JsonObject, Request} from './request.ts';

/** How often a request is asked, and what its answers come to. Pure; a request may be shown at any of its rounds. */
export type Asking = {
	/** Names of the columns that `conclude` adds to rows. */
	readonly columns: readonly string[];
	/** False: it is asked once, and nothing else here is called for it. */
	concerns(request: Request): boolean;
	/** The request of the next round, given the rounds so far (oldest first, at least one), made from that of round 0. */
	next(request: Request, rounds: readonly Round[]): Request;
	/** Why a usable answer is none for this way of asking; it then counts, and is retried, as a failed attempt. */
	refuse(request: Request, rounds: readonly Round[], answer: AnsweredRound): Failure | null;
	/** After an answer, or a lasting failure of a round. `fail` only where the last round failed. */
	after(request: Request, rounds: readonly Round[]): 'more' | 'done' | 'fail';
	/** Of a request that was asked in another way as well, to compare: whether both gave the same; else null. */
	audits?(request: Request, rounds: readonly Round[]): boolean | null;
	/** What a result row says of all rounds. */
	conclude(request: Request, rounds: readonly Round[]): Conclusion;
};

export type AnsweredRound = {
	readonly kind: 'answered';
	/** Of its first choice. */
	readonly text: string | null;
	/** The JSON in the text, where it satisfies the spec's schema (if there is one); else null. */
	readonly parsed: unknown;
	readonly choices: readonly Choice[];
	/** Its call was shared with other requests. */
	readonly isShared?: true;
};

export type Round = AnsweredRound | {readonly kind: 'failed'; readonly failure: Failure};

export type Conclusion = {
	/** The round whose answer the row shows; absent: the last that was answered. */
	readonly shown?: number;
	/** What the row has instead of the answer's own. */
	readonly text?: string | null;
	readonly parsed?: unknown;
	/** In a few words for a person. */
	readonly summary?: string;
	/** Columns that are added to the row. */
	readonly columns: JsonObject;
};
