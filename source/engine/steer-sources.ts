import type {RequestSources} from './steer-requests.ts';

export type SteerSources = RequestSources & {
	/** The cost ceiling of spec and flags. */
	readonly taskCost: bigint | null;
	/** Retries that a request has before it fails for good. */
	readonly maxRetries: number;
};
