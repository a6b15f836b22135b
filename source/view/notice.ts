/** What a person should hear about. It crosses threads; its texts are raw. */
export type Notice = {
	readonly id: number;
	readonly at: number;
	readonly level: 'info' | 'warn' | 'error';
	readonly text: string;
	/** For the log only: no toast, no plain line. */
	readonly isQuiet: boolean;
	/** Request and answer in full, on many lines, up to a bound; null for all but dumps. */
	readonly dump: string | null;
	/** What a bell or a hook may be set to. */
	readonly alert: Alert | null;
};

/** `ceiling-80` and `ceiling-100`: so much of the task's cost ceiling is used up, or a ceiling stops the run. */
export type Alert = 'done' | 'paused' | 'guard' | 'ceiling-80' | 'ceiling-100';
