import {latencyBin, latencyBins, latencyQuantiles} from '../domain/latency.ts';
import {add, createMovingSums, type MovingSums, total} from './moving-sums.ts';

/** How long answers took over the last minute, in the bins of `latency.ts`. */
export type Latencies = MovingSums;

export function createLatencies(): Latencies {
	return createMovingSums(10_000, 6, latencyBins);
}

export function addLatency(latencies: Latencies, at: number, latencyMs: number): void {
	add(latencies, at, 1, latencyBin(latencyMs));
}

/** The latency that each of `quantiles` (ascending, 0 to 1) of the answers did not pass; null without answers. */
export function recentQuantiles(
	latencies: Latencies,
	now: number,
	quantiles: readonly number[],
): (number | null)[] {
	const counts = Array.from({length: latencyBins}, (_, bin) => total(latencies, now, bin));
	return latencyQuantiles(counts, quantiles);
}
