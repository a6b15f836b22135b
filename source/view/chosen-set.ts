import type {ParamChange} from '../domain/param-change.ts';

/** Which requests a key means. */
export type Scope =
	| {readonly kind: 'row'; readonly index: number}
	| {readonly kind: 'marked'}
	/** All in the list as it is filtered now, an opened group included. */
	| {readonly kind: 'list'}
	/** Of a group of failures, by its key, all that the filter lets through. */
	| {readonly kind: 'group'; readonly key: string}
	/** All that failed for good. */
	| {readonly kind: 'failed'};

/** What is to be done with a set. */
export type SetAct =
	| {readonly kind: 'wipe'}
	| {readonly kind: 'retry'}
	| {readonly kind: 'give-up'}
	| {readonly kind: 'move'; readonly to: 'front' | 'back'}
	| {readonly kind: 'change'; readonly change: ParamChange}
	| {readonly kind: 'export'};

export type SetRequest = {readonly scope: Scope; readonly act: SetAct};

/** A fixed set of requests, and what acting on it means. */
export type ChosenSet = {
	/** Names it in an `act` command. The last few sets are kept. */
	readonly set: number;
	/** Those that the act changes. */
	readonly count: number;
	/** What was meant and is left alone, by the reason. */
	readonly skipped: readonly {readonly count: number; readonly why: string}[];
	/** Calls that are out and end with the set. */
	readonly inFlight: number;
	/** Of the set, those whose call goes on, as others share it. */
	readonly shared: number;
	/** How many of the set are in batches. */
	readonly batched: number;
	/** Expected cost of the attempts that it leads to; null while nobody knows. */
	readonly costUsd: number | null;
	/** Of a change: the same without it. */
	readonly beforeUsd: number | null;
	/** Part of the cost ceiling that `costUsd` is, 0 to 1; null without a ceiling. */
	readonly ceilingShare: number | null;
	/** Why the act is not possible at all; null: it is. */
	readonly problem: string | null;
};

/** How marks change. Positions are those of the list as it is shown now. */
export type MarkChange =
	| {readonly type: 'toggle'; readonly index: number}
	/** All rows between two requests of the list, both included. */
	| {readonly type: 'range'; readonly from: number; readonly to: number}
	/** All in the list as it is filtered now. */
	| {readonly type: 'all'}
	/** All that failed or wait for the same cause as this request. */
	| {readonly type: 'same-error'; readonly index: number}
	| {readonly type: 'clear'};
