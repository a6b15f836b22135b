import type {RateStatus} from '../domain/rate-status.ts';
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
	recent: readonly number[],
	now: number,
): InFlightView {
	const [p50Ms = null, p95Ms = null] = recentQuantiles(latencies, now, [0.5, 0.95]);
	const oldest: InFlightView['oldest'][number][] = [];
	// A map keeps the order of its entries, and every start is a new one: the oldest call comes first.
	for (const [index, {startedAt, queue, attempt, lead}] of state.inFlight) {
		const last = oldest.at(-1);
		if (lead !== index && last) {
			// Those that share a call were started one after the other.
			oldest[oldest.length - 1] = {...last, others: last.others + 1};
			continue;
		}

		if (oldest.length === mostShown) {
			break;
		}

		const ageMs = Math.max(0, now - startedAt);
		oldest.push({id: source.id(index), others: 0, model: state.queues[queue]!.info.model, ageMs, attempt});
	}

	return {
		count: state.callsOut,
		concurrency: state.concurrency,
		recent,
		rates: rates.filter(hasLimits),
		p50Ms,
		p95Ms,
		oldest,
	};
}

function hasLimits({perMinute, concurrency, requests, tokens, hold, cuts}: RateStatus): boolean {
	const isBound = perMinute !== null || concurrency !== null || requests !== null || tokens !== null;
	return isBound || hold !== null || cuts > 0;
}
