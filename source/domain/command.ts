/** What a person or a signal asks of a running engine. Each becomes events; none changes the state by itself. */
export type RunCommand =
	| {readonly type: 'pause'; readonly cause: 'person' | 'signal'}
	/** Goes on after a pause, and lets held queues try one probe call each. */
	| {readonly type: 'resume'}
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
