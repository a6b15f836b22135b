import {type BatchState, type IndexRanges, indexesOf, requestsIn} from './batch.ts';

/**
 * How the lines of a batch's files are held against the lines that were sent: of every position exactly one line
 * counts, the first; a position without one has expired or is missing. The output file is read before the error
 * file, so an answer comes before an error for the same request.
 */
export type Ledger = {
	readonly shard: number;
	/** By position: a line was seen. */
	readonly seen: Uint8Array;
	unknown: number;
	duplicate: number;
	garbled: number;
};

export function createLedger({shard, count}: Pick<BatchState, 'shard' | 'count'>): Ledger {
	return {shard, seen: new Uint8Array(count), unknown: 0, duplicate: 0, garbled: 0};
}

/** The custom_id of a line: it says nothing of the request but its place in the file. */
export function customIdOf(shard: number, position: number): string {
	return `${shard}-${position}`;
}

/** The position that a line counts for; null when it is counted as odd and belongs aside. */
export function placeLine(ledger: Ledger, customId: string | null): number | null {
	if (customId === null) {
		ledger.garbled++;
		return null;
	}

	const position = positionIn(ledger, customId);
	if (position === null) {
		ledger.unknown++;
		return null;
	}

	if (ledger.seen[position] === 1) {
		ledger.duplicate++;
		return null;
	}

	ledger.seen[position] = 1;
	return position;
}

function positionIn({shard, seen}: Ledger, customId: string): number | null {
	const position = Number(customId.slice(customId.indexOf('-') + 1));
	// Compared as text: `7-01`, `7-1e0` and ` 7-1` are not ours.
	const isOurs = Number.isInteger(position) && position >= 0 && position < seen.length;
	return isOurs && customIdOf(shard, position) === customId ? position : null;
}

/** Indexes in both, both without repeats. Costs what the ranges are, not what they hold, where they do not meet. */
export function indexesInBoth(some: IndexRanges, others: IndexRanges): ReadonlySet<number> {
	const both = new Set<number>();
	const [left, right] = [some, others].map(ranges =>
		ranges.filter(([from]) => from >= 0).toSorted((one, other) => one[0] - other[0]),
	) as [[number, number][], [number, number][]];
	for (let a = 0, b = 0; a < left.length && b < right.length; ) {
		const endA = left[a]![0] + left[a]![1];
		const endB = right[b]![0] + right[b]![1];
		for (let index = Math.max(left[a]![0], right[b]![0]); index < Math.min(endA, endB); index++) {
			both.add(index);
		}

		if (endA < endB) {
			a++;
		} else {
			b++;
		}
	}

	return both;
}

/**
 * Requests that a later shard holds by now: what they came to in this batch is on record. They were cut again while
 * it is still read, or read again, as a changed model or spec took them to another queue.
 */
export function takenSince(
	{shard, indexes}: BatchState,
	batches: ReadonlyMap<number, BatchState>,
): ReadonlySet<number> {
	const taken = new Set<number>();
	for (const later of batches.values()) {
		if (later.shard > shard && later.step !== 'collected' && later.step !== 'released') {
			for (const index of indexesInBoth(indexes, later.indexes)) {
				taken.add(index);
			}
		}
	}

	return taken;
}

/** The requests of each line, for many look-ups: -1 where one left the spec. */
export type LineList = (position: number) => Int32Array;

export function lineList(batch: Pick<BatchState, 'indexes' | 'count' | 'sizes'>): LineList {
	const list = indexList(batch);
	const {sizes} = batch;
	if (!sizes) {
		return position => list.subarray(position, position + 1);
	}

	const starts = [0];
	for (const size of sizes) {
		starts.push(starts.at(-1)! + size);
	}

	return position => list.subarray(starts[position], starts[position + 1]);
}

function indexList(batch: Pick<BatchState, 'indexes' | 'count' | 'sizes'>): Int32Array {
	const {indexes} = batch;
	const list = new Int32Array(requestsIn(batch)).fill(-1);
	let position = 0;
	for (const index of indexesOf(indexes)) {
		list[position++] = index;
	}

	return list;
}
