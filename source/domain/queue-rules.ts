import type {BatchOffer} from './provider.ts';
import type {JsonObject} from './request.ts';

/** What is known about a queue's provider and model before a run, beside its price. */
export type QueueRules = {
	/** The provider has a Batch API that takes the requests of the queue. */
	readonly hasBatch: boolean;
	/** Why it has none, for the person; absent: the provider has no Batch API at all. */
	readonly noBatch?: string;
	/** What one file may hold there; absent: what OpenAI takes. */
	readonly batchFile?: Pick<BatchOffer, 'maxRequests' | 'maxBytes'>;
	/** Its server has room for one model at a time and takes long to load another. */
	readonly holdsOneModel?: boolean;
	/** Most output tokens that the model gives for one choice; null where nobody knows. */
	readonly maxOutput: number | null;
};

/** Counts the input tokens of a request's body: exactly, or never too few where a ceiling hangs on it. */
export type TokenCounter = (queue: number, body: JsonObject) => number;
