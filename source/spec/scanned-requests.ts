import type {Endpoint, QueueInfo} from '../domain/request.ts';

/** What the requests of a queue have in common, as far as the run must know it before it reads them. */
export type ScannedQueue = {
	readonly info: QueueInfo;
	/** True when each of its rows bounds its own output. */
	readonly isBounded: boolean;
	/** True when some of its rows are asked in several turns. */
	readonly hasTurns: boolean;
};

/** A requests file as a whole, found by one pass over its rows. Plain data: a run keeps it beside the rows. */
export type ScannedRequests = {
	readonly endpoint: Endpoint;
	/** In the order in which the rows name them first. */
	readonly queues: readonly ScannedQueue[];
	/** What the spec says of the rows, as text: under another one they have to be read again. */
	readonly asked: string;
	/** Some of the groups that there are, for suggestions. */
	readonly groups: readonly string[];
	/** Most choices of one request. */
	readonly mostChoices: number;
	readonly notices: readonly string[];
};
