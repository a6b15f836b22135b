import type {KeptRange} from './event.ts';
import type {RunState} from './state.ts';

/** Where a request's outcome is from: an accepted spec, counted from 1, and the index that the request had there. */
export type Origin = {readonly epoch: number; readonly index: number};

/**
 * A result that was kept through changes of the spec was asked for in the words of an older one. Each change tells
 * which ranges it kept and where they were before, so an outcome is followed back to the spec under which its
 * journal line was written. Null when the ranges lead nowhere.
 */
export function createOriginFinder(
	epochs: RunState['epochs'],
): (index: number, offset: number) => Origin | null {
	const ranges = epochs.map(({kept}) => [...kept].sort(([a], [b]) => a - b));

	return (index, offset) => {
		let at = index;
		for (let number = epochs.length; number > 0; number--) {
			if (offset >= epochs[number - 1]!.startsAt) {
				return {epoch: number, index: at};
			}

			const range = rangeWith(ranges[number - 1]!, 'from', at);
			if (!range) {
				return null;
			}

			at += range[1] - range[0];
		}

		return null;
	};
}

/** The range that holds an index as requests stand since a change, or as they stood before; `ranges` ascend there. */
export function rangeWith(
	ranges: readonly KeptRange[],
	side: 'from' | 'was',
	index: number,
): KeptRange | null {
	const start = side === 'from' ? 0 : 1;
	let low = 0;
	let high = ranges.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (ranges[middle]![start] <= index) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}

	const range = ranges[low - 1];
	return range && index < range[start] + range[2] ? range : null;
}
