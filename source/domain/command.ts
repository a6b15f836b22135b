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
