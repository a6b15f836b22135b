import type {RateStatus} from '../domain/queue-rate.ts';
import type {RequestSource} from '../domain/request.ts';
import type {RunState} from '../domain/state.ts';
import {type Latencies, recentQuantiles} from './latencies.ts';
import type {InFlightView} from './snapshot.ts';

/** More than a pane has lines. */
const mostShown = 20;

export function inFlightViewOf(
	state: RunState,
	source: Pick<RequestSource, 'id'>,
	latencies: Latencies,
	rates: readonly RateStatus[],
	now: number,
): InFlightView {
	const [p50Ms = null, p95Ms = null] = recentQuantiles(latencies, now, [0.5, 0.95]);
	const oldest: InFlightView['oldest'][number][] = [];
	// A map keeps the order of its entries, and every start is a new one: the oldest call comes first.
	for (const [index, {startedAt, queue, attempt}] of state.inFlight) {
		if (oldest.length === mostShown) {
			break;
		}

		const ageMs = Math.max(0, now - startedAt);
		oldest.push({id: source.id(index), model: state.queues[queue]!.info.model, ageMs, attempt});
	}

	return {
		count: state.inFlight.size,
		concurrency: state.concurrency,
		rates: rates.filter(isHeldBack),
		p50Ms,
		p95Ms,
		oldest,
	};
}

function isHeldBack({perMinute, concurrency}: RateStatus): boolean {
	return perMinute !== null || concurrency !== null;
}
