import type {QueueState} from '../domain/state.ts';

type Priced = Pick<QueueState, 'price' | 'cost'>;

/** Those without a price last: nobody knows what they cost. */
export function dearestFirst(a: Priced, b: Priced): number {
	if ((a.price === null) !== (b.price === null)) {
		return a.price === null ? 1 : -1;
	}

	return Number(costOf(b) - costOf(a));
}

/** In picodollars, both lanes. */
export function costOf({cost}: Pick<QueueState, 'cost'>): bigint {
	return cost.direct + cost.batch;
}
