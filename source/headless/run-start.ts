/** What a face without a screen says before anything happens. Texts are raw. */
export type RunStart = {
	readonly at: number;
	readonly name: string;
	readonly runId: string;
	/** Requests of the run, and how many of them have an outcome already. */
	readonly count: number;
	readonly finished: number;
	/** More may be added while the run goes on. */
	readonly grows: boolean;
	/** Models asked, in the order of the spec. */
	readonly models: readonly string[];
	/** The lanes and why: `mode auto: direct, fewer than 101 requests`. */
	readonly lane: string;
	/** The run directory, as the user gave it or as it was derived. */
	readonly directory: string;
	/** Counts the sessions of the run from 1. */
	readonly session: number;
	readonly simulated: boolean;
};
