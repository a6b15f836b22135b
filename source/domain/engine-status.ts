import type {RateStatus} from './rate-status.ts';

/** What the engine is doing beyond what the events say: never journaled, gone with the process. */
export type EngineStatus = {
	/** A person or a signal asked to end: nothing starts, what is in flight is awaited. */
	readonly draining: boolean;
	/** Why the journal cannot be written now, e.g. `ENOSPC`; null while it can. */
	readonly diskFull: string | null;
	/** Worst case of the calls in flight and of the open batches, in picodollars; without a price they count nothing. */
	readonly heldPico: bigint;
	/** The limits of the direct lane, set and learned, by queue. */
	readonly rates: readonly RateStatus[];
	/** By queue: open requests that wait for no twin; absent: none waits. */
	readonly startable?: readonly number[];
	/** The last wipe or give-up, while it can be taken back. */
	readonly undo: Undoable | null;
};

/** What of it keeps anything from beginning. It is asked for several times a turn; the rest looks at every queue and batch. */
export type Halting = Pick<EngineStatus, 'draining' | 'diskFull'>;

/** How long a wipe or a give-up can be taken back. */
export const undoableMs = 60_000;

export type Undoable = {readonly what: 'wipe' | 'give-up'; readonly count: number; readonly until: number};
