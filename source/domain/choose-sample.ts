/** What a sample is chosen from. */
export type SampleSource = {
	readonly count: number;
	readonly queues: number;
	readonly queueOf: (index: number) => number;
	/** Whether a request can be sent now, and has not been yet. */
	readonly isFresh: (index: number) => boolean;
};

/**
 * A part of the fresh requests, each queue with its share and at least one, ascending. One is taken from every stretch
 * of equal length, at a place that hangs on the seed (0 to 1) alone: steps of one length would keep time with an axis
 * of the spec, and see the same prompt or model again and again.
 */
export function chooseSample(
	{count, queues, queueOf, isFresh}: SampleSource,
	sizeOf: (fresh: number) => number,
	seed: number,
): readonly number[] {
	const fresh = Array.from({length: queues}, () => 0);
	for (let index = 0; index < count; index++) {
		if (isFresh(index)) {
			fresh[queueOf(index)]!++;
		}
	}

	const share = sizeOf(fresh.reduce((sum, own) => sum + own, 0)) / fresh.reduce((sum, own) => sum + own, 0);
	const strides = fresh.map(own => own / Math.max(1, Math.min(own, Math.round(own * share))));
	const seen = fresh.map(() => 0);
	const taken = fresh.map(() => 0);
	const chosen: number[] = [];
	for (let index = 0; index < count; index++) {
		if (!isFresh(index)) {
			continue;
		}

		const queue = queueOf(index);
		const stretch = taken[queue]!;
		const next = Math.floor((stretch + scatter(stretch, seed)) * strides[queue]!);
		if (seen[queue]! >= next) {
			chosen.push(index);
			taken[queue]!++;
		}

		seen[queue]!++;
	}

	return chosen;
}

/** From 0 to 1, and never in step with anything (Weyl's sequence of the golden ratio). */
function scatter(position: number, seed: number): number {
	return (seed + position * 0.618_033_988_749_894_9) % 1;
}
