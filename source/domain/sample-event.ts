/** `canary`: the spec or a person asks for one. `calibration`: the command of that name. */
export type SamplePurpose = 'canary' | 'calibration';

/** Lengths of answers in output tokens. */
export type Outputs = {
	readonly mean: number;
	readonly p50: number;
	readonly p95: number;
	readonly max: number;
	/** The least and the most that the bodies allowed; null where nothing bounds them. */
	readonly allowed: readonly [least: number, most: number] | null;
	/** Answers that used all that they were allowed. */
	readonly full: number;
};

export type SampleEvent =
	/** These requests go first, direct, and alone. */
	| {
			readonly type: 'sample-begun';
			readonly at: number;
			readonly purpose: SamplePurpose;
			readonly indexes: readonly number[];
	  }
	/** Each of them has its outcome. */
	| SampleDone;

export type SampleDone = {
	readonly type: 'sample-done';
	readonly at: number;
	readonly purpose: SamplePurpose;
	/** Not flat: a line with a number as `failed` is a failed attempt. */
	readonly requests: {readonly done: number; readonly failed: number};
	/** Why they failed for good, e.g. `server 503`, most frequent first. */
	readonly failures: readonly (readonly [cause: string, amount: number])[];
	/** Null without an answer. */
	readonly outputs: Outputs | null;
	/** The run is paused until a person goes on. False where one said so before, or nothing is left. */
	readonly pauses: boolean;
};
