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
};

export type NoticeText = readonly [level: Notice['level'], text: string];
