import type {ParamChange} from './param-change.ts';
import type {Price} from './price.ts';
import type {QueueRules} from './queue-rules.ts';
import type {QueueInfo} from './request.ts';

/** A queue that the spec does not have, and what is known of it. */
export type AddedQueue = {
	readonly info: QueueInfo;
	readonly price: Price | null;
	readonly rules: QueueRules;
};

/** What a person or a signal asks of a running engine. Each becomes events; none changes the state by itself. */
export type RunCommand =
	| {readonly type: 'pause'; readonly cause: 'person' | 'signal'}
	/** Goes on after a pause, a guard or a ceiling, and lets held queues try one probe call each. */
	| {readonly type: 'resume'}
	/** No further batch is created, queued requests go direct; what is remote is still collected. Off again: as before. */
	| {readonly type: 'force-direct'; readonly isOn: boolean}
	/**
	 * Requests that failed for good return to the queue with a fresh budget. `indexes`: those, or all. Where `before`
	 * is set, what failed at or behind this offset of the journal is left alone: nobody was asked about it.
	 */
	| {
			readonly type: 'wipe-failed';
			readonly indexes: readonly number[] | 'all';
			readonly before?: number;
	  }
	/** Waiting requests are tried at once, failed ones get one more attempt; a hold of their queue holds. */
	| {readonly type: 'retry'; readonly indexes: readonly number[]}
	/**
	 * Open requests fail for good as `cancelled`; a call in flight is aborted, a batched one is dropped when its
	 * batch comes back without an answer.
	 */
	| {readonly type: 'give-up'; readonly indexes: readonly number[]}
	/** To the front or the back of their queue, in this order. */
	| {readonly type: 'move'; readonly indexes: readonly number[]; readonly to: 'front' | 'back'}
	/** Sends these requests with other fields or to another model; `added`: the queue of a model that has none. */
	| {
			readonly type: 'change-params';
			readonly indexes: readonly number[];
			readonly change: ParamChange;
			readonly queueKey: string | null;
			readonly added: AddedQueue | null;
	  }
	/** Takes back the last wipe or give-up, of those that were not started since, within a minute. */
	| {readonly type: 'undo'}
	/** Ends one batch; what it finished is collected, and what it leaves open goes direct if `pullsTail`. */
	| {readonly type: 'cancel-batch'; readonly shard: number; readonly pullsTail: boolean}
	/** Cancels every batch at the API; what they finished is collected. */
	| {readonly type: 'cancel-batches'}
	/** All requests without an outcome return to the queue with a fresh budget. For when nothing is in flight. */
	| {readonly type: 'wipe-unfinished'}
	/** Replaces the cost ceiling of the task. */
	| {readonly type: 'raise-ceiling'; readonly costPico: number}
	/** Holds for this session; calls above a lower number end by themselves. */
	| {readonly type: 'set-concurrency'; readonly concurrency: number}
	/** Starts nothing more, ends when what is in flight has ended or after `patienceMs` (null: waits for all). */
	| {
			readonly type: 'drain';
			readonly patienceMs: number | null;
			readonly cause: StopCause;
	  }
	/** Takes a drain back. */
	| {readonly type: 'stay'}
	/** Aborts what is in flight and ends now. */
	| {readonly type: 'abort'; readonly cause: StopCause};

export type StopCause = 'quit' | 'SIGINT' | 'SIGTERM' | 'SIGHUP';
