import type {Whereabouts} from '../domain/whereabouts.ts';

/** One thing that was looked at. `open`: there was nothing to look at, and `text` says why. */
export type Check = {
	readonly name: string;
	readonly verdict: 'holds' | 'fails' | 'open';
	/** What was looked at, with its figures. */
	readonly text: string;
	/** What is wrong, the first few in a sentence each. */
	readonly problems: readonly string[];
};

/** What `verify` found. */
export type Verification = {
	readonly directory: string;
	readonly runId: string;
	readonly checks: readonly Check[];
	/** Null where the journal cannot be read at all. */
	readonly requests: Whereabouts | null;
	/** A stage may still add requests. */
	readonly grows: boolean;
	/** For programs: totals, batches and what stands on record, as JSON. */
	readonly facts: {readonly [key: string]: unknown};
};

export function isSound({checks}: Verification): boolean {
	return checks.every(({verdict}) => verdict !== 'fails');
}

/** Every request has its outcome. */
export function isComplete({requests, grows}: Verification): boolean {
	return requests !== null && !grows && requests.done + requests.failed === requests.total;
}
