import type {RequestSource} from '../domain/request.ts';

export type Sample = {
	/** Ascending. */
	readonly indexes: readonly number[];
	/** By queue. */
	readonly requests: readonly number[];
};

/**
 * At most `most` requests, each queue with its share of them, and all of a queue that has few. One is taken from
 * every stretch of equal length, at a place in it that looks random and is always the same: steps of one length
 * would keep time with an axis of the spec, and see the same prompt or model again and again.
 */
export function sampleRequests(source: RequestSource, most: number): Sample {
	const requests = source.queues.map(() => 0);
	for (let index = 0; index < source.count; index++) {
		requests[source.queueOf(index)]!++;
	}

	const share = Math.ceil(most / Math.max(1, source.queues.length));
	const strides = requests.map(count => Math.max(1, count / share));
	const seen = requests.map(() => 0);
	const taken = requests.map(() => 0);
	const indexes: number[] = [];
	for (let index = 0; index < source.count; index++) {
		const queue = source.queueOf(index);
		const stride = strides[queue]!;
		const stretch = taken[queue]!;
		const next = stride === 1 ? stretch : Math.floor((stretch + scatter(stretch)) * stride);
		if (seen[queue]! >= next) {
			indexes.push(index);
			taken[queue]!++;
		}

		seen[queue]!++;
	}

	return {indexes, requests};
}

/** From 0 to 1, and never in step with anything (Weyl's sequence of the golden ratio). */
function scatter(position: number): number {
	return (position * 0.618_033_988_749_894_9) % 1;
}
