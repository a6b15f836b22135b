import {type Background, patientRank} from './background.ts';
import type {IdIndex} from './id-index.ts';

/** Where each request's id stands among all, once they are read and sorted: ids do not change. */
export type IdRanks = {
	/** Begins to read and sort them where that is due. */
	ensure(): void;
	/** 0 to 1 while they are read and sorted; null before and after. */
	progress(): number | null;
	/** Null until they are sorted; too short, and on its way to a longer one, where some were added since. */
	ranks(): Uint32Array | null;
};

const runLength = 64;

export function createIdRanks(
	ids: IdIndex,
	state: {readonly count: number},
	background: Background,
	onChange: () => void,
): IdRanks {
	let ranks: Uint32Array | null = null;
	let isRanking = false;
	let done = 0;
	let steps = 0;

	const compare = (a: number, b: number): number => {
		const [left, right] = [ids.at(a), ids.at(b)];
		return left < right ? -1 : left > right ? 1 : a - b;
	};

	/** A merge sort from below, which can be broken off anywhere. */
	function* rank() {
		const {count} = state;
		done = 0;
		// Reading, and a pass for each doubling of the sorted runs.
		steps = count * (1 + Math.max(0, Math.ceil(Math.log2(count / runLength))));
		let from = Int32Array.from({length: count}, (_, index) => index);
		for (let start = 0; start < count; start += runLength) {
			from.subarray(start, start + runLength).sort(compare);
			done += runLength;
			yield;
		}

		let to = new Int32Array(count);
		for (let size = runLength; size < count; size *= 2) {
			for (let start = 0; start < count; start += 2 * size) {
				yield* merge(from, to, start, Math.min(count, start + size), Math.min(count, start + 2 * size));
			}

			[from, to] = [to, from];
		}

		const ranked = new Uint32Array(count);
		for (let position = 0; position < count; position++) {
			ranked[from[position]!] = position;
		}

		ranks = ranked;
		isRanking = false;
		onChange();
	}

	function* merge(from: Int32Array, to: Int32Array, start: number, middle: number, end: number) {
		let left = start;
		let right = middle;
		for (let at = start; at < end; at++) {
			const takesLeft = left < middle && (right >= end || compare(from[left]!, from[right]!) <= 0);
			to[at] = takesLeft ? from[left++]! : from[right++]!;
			done++;
			if ((at & 0xff) === 0) {
				yield;
			}
		}
	}

	function ensure(): void {
		if (!isRanking && (ranks === null || ranks.length < state.count)) {
			isRanking = true;
			background.add(patientRank, rank());
		}
	}

	return {
		ensure,
		progress: () => (isRanking && ranks === null ? Math.min(1, done / Math.max(1, steps)) : null),
		ranks() {
			if (ranks !== null) {
				ensure();
			}

			return ranks;
		},
	};
}
