import {isOpen} from './batch.ts';
import {type RunState, statusCode} from './state.ts';
import type {Whereabouts} from './whereabouts.ts';

/**
 * Where the requests of a run are, from the books that are kept of each place, and not from the column of their
 * statuses: results by lane, failures by kind, the calls that are out, the batches, the times at which requests come
 * due. What is `missing` to the number of requests is in none of them; below 0, some are in two.
 */
export function accountsOf(state: RunState): Whereabouts {
	const {totals, count: total, inFlight, unjudged, waiting, batches} = state;
	let failed = 0;
	for (const amount of totals.failed.values()) {
		failed += amount;
	}

	let batched = 0;
	for (const batch of batches.values()) {
		batched += isOpen(batch) ? batch.remaining : 0;
	}

	const places = {
		done: totals.done.direct + totals.done.batch,
		failed,
		in_flight: inFlight.size + unjudged.size,
		batched,
		waiting: waiting.size,
		queued: totals.status[statusCode.queued]!,
	};
	const accounted = Object.values(places).reduce((sum, amount) => sum + amount, 0);
	return {total, ...places, missing: total - accounted};
}
