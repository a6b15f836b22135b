import {seededRandom} from './seeded-random.ts';
import type {RowsAxis} from './spec.ts';

/** Whether a row belongs to the run; `stop` when neither it nor any later one does. */
export type RowChoice = (position: number) => 'take' | 'skip' | 'stop';

/**
 * The offset is cut first, then the limit, then the sample is drawn from what is left. `rows` is the number of
 * rows in the file; only a sample needs it.
 *
 * Sampling: Knuth's algorithm S. A row is taken with the chance of those still needed among those still to come,
 * which gives every choice of that size the same chance and keeps the order of the file.
 */
export function createRowChoice(axis: RowsAxis, rows: number): RowChoice {
	const {offset, limit, sample, seed} = axis;
	const end = limit === null ? Number.POSITIVE_INFINITY : offset + limit;
	if (sample === null) {
		return position => (position < offset ? 'skip' : position < end ? 'take' : 'stop');
	}

	const random = seededRandom(seed);
	let left = Math.max(0, Math.min(rows, end) - offset);
	let needed = Math.min(sample, left);
	return position => {
		if (position < offset) {
			return 'skip';
		}

		if (needed === 0) {
			return 'stop';
		}

		const isTaken = random() * left-- < needed;
		needed -= Number(isTaken);
		return isTaken ? 'take' : 'skip';
	};
}
