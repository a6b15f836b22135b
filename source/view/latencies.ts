import {add, createMovingSums, type MovingSums, total} from './moving-sums.ts';

/** How long answers took over the last minute, as a histogram whose bins grow by 5%: quantiles are that exact. */
export type Latencies = MovingSums;

const binGrowth = Math.log(1.05);
/** The last bin begins above 20 minutes. */
const binCount = 288;

export function createLatencies(): Latencies {
	return createMovingSums(10_000, 6, binCount);
}

export function addLatency(latencies: Latencies, at: number, latencyMs: number): void {
	const bin = latencyMs < 1 ? 0 : Math.min(binCount - 1, Math.floor(Math.log(latencyMs) / binGrowth));
	add(latencies, at, 1, bin);
}

/** The latency that each of `quantiles` (ascending, 0 to 1) of the answers did not pass; null without answers. */
export function latencyQuantiles(
	latencies: Latencies,
	now: number,
	quantiles: readonly number[],
): (number | null)[] {
	const counts = Array.from({length: binCount}, (_, bin) => total(latencies, now, bin));
	const answers = counts.reduce((sum, count) => sum + count, 0);
	let bin = 0;
	let passed = counts[0]!;
	return quantiles.map(quantile => {
		while (passed < quantile * answers && bin < binCount - 1) {
			bin++;
			passed += counts[bin]!;
		}

		return answers === 0 ? null : Math.exp((bin + 0.5) * binGrowth);
	});
}
