import {heldByBatches, taskCost} from '../domain/ceiling.ts';
import {usd} from '../domain/money.ts';
import type {RunSettings} from '../domain/settings.ts';
import type {RunState} from '../domain/state.ts';
import {ceilingsOf} from './ceilings-view.ts';
import {costOf, dearestFirst} from './dearest-first.ts';
import {forecastOf} from './forecast.ts';
import type {QueueLane} from './lane-view.ts';
import {packingReport} from './packing-view.ts';
import type {CostView} from './snapshot.ts';

export function costViewOf(
	state: RunState,
	limits: RunSettings['limits'],
	lanes: readonly QueueLane[],
	picodollarsPerHour: number | null,
	heldPico: bigint,
): Omit<CostView, 'ceilingObstacle'> {
	const {totals, queues} = state;
	const {direct, batch} = totals.cost;
	const results = totals.done.direct + totals.done.batch;
	const ceiling = taskCost(state, limits.task.costPico);
	const sources = queues.flatMap(({price}) => (price ? [price.source] : []));
	return {
		spentUsd: usd(direct + batch),
		directUsd: usd(direct),
		batchUsd: usd(batch),
		unpricedCalls: totals.unpricedCalls,
		priceUnknown: queues.every(({price}) => price === null),
		heldUsd: usd(heldPico),
		atStakeUsd: Math.max(0, usd(heldPico - heldByBatches(state).costPico)),
		ceilingUsd: ceiling === null ? null : usd(ceiling),
		ceilings: ceilingsOf(state, limits),
		batchShare: results === 0 ? null : totals.done.batch / results,
		meanUsd: results === 0 || direct + batch === 0n ? null : usd(direct + batch) / results,
		maybeBilledCalls: totals.maybeBilled.calls,
		maybeBilledUsd: usd(totals.maybeBilled.cost),
		usdPerHour: picodollarsPerHour === null ? null : picodollarsPerHour / 1e12,
		...forecastOf(state, lanes),
		inputTokens: totals.tokens.input,
		cachedTokens: totals.tokens.cached,
		outputTokens: totals.tokens.output,
		packing: packingReport(state),
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
