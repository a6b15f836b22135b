import type {Endpoint, JsonObject} from '../domain/request.ts';

/** What a row of a requests file asks. */
export type Question =
	| {readonly kind: 'text'; readonly text: string}
	/** User turns, asked one after the other with the answers between them. */
	| {readonly kind: 'turns'; readonly turns: readonly string[]}
	| {
			readonly kind: 'messages';
			readonly messages: readonly JsonObject[];
			/** As the row writes them. */
			readonly raw: readonly unknown[];
	  }
	/** The prompt of a batch line that is neither: tokens, a list of texts. */
	| {readonly kind: 'other'; readonly value: unknown};

/** A row of a requests file, taken apart. */
export type RequestRow = {
	/** The provider in the row's words; null: the one of the spec. */
	readonly api: string | null;
	readonly model: string;
	readonly group: string | null;
	/** Null: the one of the spec. */
	readonly endpoint: Endpoint | null;
	readonly question: Question;
	/** Body fields other than model and prompt. */
	readonly fields: JsonObject;
	/** Keys that are carried through to the result. */
	readonly input: JsonObject;
	/** What is legal and goes unheeded, as a sentence. */
	readonly notice: string | null;
};

/** Why a row cannot be asked, and what to do about it. */
export type RowProblem = {readonly problem: string; readonly fix: string};

export function isProblem(read: RequestRow | RowProblem): read is RowProblem {
	return 'problem' in read;
}
