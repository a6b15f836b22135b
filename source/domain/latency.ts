/** How long answers took, as a histogram whose bins grow by 5 %: quantiles are that exact. */
const binGrowth = Math.log(1.05);

/** The last bin begins above 20 minutes. */
export const latencyBins = 288;

export function latencyBin(latencyMs: number): number {
	return latencyMs < 1 ? 0 : Math.min(latencyBins - 1, Math.floor(Math.log(latencyMs) / binGrowth));
}

/** Only as long as its slowest answer needs: a queue without answers keeps nothing. */
export function noteLatency(counts: number[], latencyMs: number): void {
	const bin = latencyBin(latencyMs);
	while (counts.length <= bin) {
		counts.push(0);
	}

	counts[bin]!++;
}

export function addLatencies(sum: number[], counts: readonly number[]): void {
	for (const [bin, count] of counts.entries()) {
		sum[bin] = (sum[bin] ?? 0) + count;
	}
}

/** The latency in ms that each of `quantiles` (ascending, 0 to 1) of the answers did not pass; null without answers. */
export function latencyQuantiles(counts: readonly number[], quantiles: readonly number[]): (number | null)[] {
	const answers = counts.reduce((sum, count) => sum + count, 0);
	let bin = 0;
	let passed = counts[0] ?? 0;
	return quantiles.map(quantile => {
		while (passed < quantile * answers && bin < counts.length - 1) {
			bin++;
			passed += counts[bin]!;
		}

		return answers === 0 ? null : Math.exp((bin + 0.5) * binGrowth);
	});
}
