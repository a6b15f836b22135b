import {usd} from '../domain/money.ts';
import type {QueueState, RunState} from '../domain/state.ts';
import type {CostView} from './snapshot.ts';

/** `pending`: requests without an outcome, by queue. */
export function costViewOf(
	state: RunState,
	pending: readonly number[],
	picodollarsPerHour: number | null,
	heldPico: bigint,
): CostView {
	const {totals, queues} = state;
	const {direct, batch} = totals.cost;
	const sources = queues.flatMap(({price}) => (price ? [price.source] : []));
	return {
		spentUsd: usd(direct + batch),
		directUsd: usd(direct),
		batchUsd: usd(batch),
		unpricedCalls: totals.unpricedCalls,
		priceUnknown: queues.every(({price}) => price === null),
		heldUsd: usd(heldPico),
		maybeBilledCalls: totals.maybeBilled.calls,
		maybeBilledUsd: usd(totals.maybeBilled.cost),
		usdPerHour: picodollarsPerHour === null ? null : picodollarsPerHour / 1e12,
		forecastUsd: forecastUsd(state, pending),
		inputTokens: totals.tokens.input,
		cachedTokens: totals.tokens.cached,
		outputTokens: totals.tokens.output,
		source: [...new Set(sources)].join(', '),
		byQueue: [...queues].sort(dearestFirst).map(queue => ({
			key: queue.info.key,
			done: queue.done,
			failed: queue.failed,
			inputTokens: queue.tokens.input,
			outputTokens: queue.tokens.output,
			costUsd: queue.price === null && costOf(queue) === 0n ? null : usd(costOf(queue)),
		})),
	};
}

/** Each queue's rest at its own mean; one without a mean yet at that of all. Queues without a price stay out. */
function forecastUsd(state: RunState, pending: readonly number[]): number | null {
	const priced = [...state.queues.entries()].filter(([, {price}]) => price !== null);
	let finished = 0;
	let spent = 0n;
	for (const [, queue] of priced) {
		finished += queue.done + queue.failed;
		spent += costOf(queue);
	}

	if (finished === 0) {
		return null;
	}

	let rest = 0;
	for (const [number, queue] of priced) {
		const own = queue.done + queue.failed;
		const mean = own > 0 ? usd(costOf(queue)) / own : usd(spent) / finished;
		rest += mean * (pending[number] ?? 0);
	}

	return usd(state.totals.cost.direct + state.totals.cost.batch) + rest;
}

function costOf({cost}: QueueState): bigint {
	return cost.direct + cost.batch;
}

/** Those without a price last: nobody knows what they cost. */
function dearestFirst(a: QueueState, b: QueueState): number {
	if ((a.price === null) !== (b.price === null)) {
		return a.price === null ? 1 : -1;
	}

	return Number(costOf(b) - costOf(a));
}
