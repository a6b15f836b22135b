import type {QueueState} from '../domain/state.ts';

/** Those without a price last: nobody knows what they cost. */
export function dearestFirst(a: QueueState, b: QueueState): number {
	if ((a.price === null) !== (b.price === null)) {
		return a.price === null ? 1 : -1;
	}

	return Number(costOf(b) - costOf(a));
}

/** In picodollars, both lanes. */
export function costOf({cost}: QueueState): bigint {
	return cost.direct + cost.batch;
}
