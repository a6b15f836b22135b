import type {Failure} from './failure.ts';
import type {JsonObject, Request} from './request.ts';

/**
 * How requests of a queue share calls. Pure. Every request comes as it would be sent alone now: its body has the
 * enlarged allowance of an answer that was cut short. A request that goes alone is sent and judged as it is, without
 * `bodyOf` and `split`.
 */
export type Sharing = {
	/** Requests with equal keys may share a call; null: it goes alone. */
	keyOf(request: Request): string | null;
	/**
	 * Begins a call with its first member. `add` says whether one more fits, and takes it in if so; after the first
	 * that does not fit the call is full. `most`: members that it may have, the lead included; Infinity as a rule.
	 */
	begin(lead: Request, most: number): SharedCallDraft;
	/** The body of a call of two or more. The same members give the same body, so that a batch can be collected days later. */
	bodyOf(members: readonly Request[]): JsonObject;
	/**
	 * What each member got, in their order. Null: it has left the spec since the call was made; what it got is dropped.
	 */
	split(members: readonly (Request | null)[], body: JsonObject): readonly MemberOutcome[];
};

export type SharedCallDraft = {add(request: Request): boolean};

export type MemberOutcome =
	/** A body as if it had been asked alone; usage stands only in the first one's. */
	| {
			readonly kind: 'answered';
			readonly body: JsonObject;
			/** Input tokens that it would have taken alone, where they are counted. */
			readonly alone?: number;
	  }
	/** `most`: members that its next call may have. It is always less than this one had. */
	| {readonly kind: 'again'; readonly failure: Failure; readonly most: number};

/** On what is recorded of a request whose call was shared. */
export type CallPart = {
	/** Of the call: unlike that of any other of the run. */
	readonly id: string;
	/** Members of the call. */
	readonly size: number;
	/** From 0. The first on record carries usage, cost and what is learnt of the server; the others carry none of it. */
	readonly position: number;
	/** Of a failure that a smaller call may mend: members that its next call may have. */
	readonly most?: number;
	/** Of an answer: input tokens that the request would have taken alone, where they are counted. */
	readonly alone?: number;
};

/** False where a call is told of by another of its members, which counts for all of them. */
export function countsForCall({call}: {readonly call?: CallPart}): boolean {
	return call === undefined || call.position === 0;
}
