import {type Interval, wilsonInterval} from './wilson.ts';

/** Count, mean and sum of squared deviations of numbers that came one by one (Welford): nothing cancels out. */
export type Moments = {
	count: number;
	mean: number;
	squares: number;
	/** All of them 0 or 1: a share. */
	isShare: boolean;
};

export function emptyMoments(): Moments {
	return {count: 0, mean: 0, squares: 0, isShare: true};
}

export function noteNumber(moments: Moments, value: number): void {
	moments.count++;
	const delta = value - moments.mean;
	moments.mean += delta / moments.count;
	moments.squares += delta * (value - moments.mean);
	moments.isShare &&= value === 0 || value === 1;
}

/**
 * The 95 % interval of the mean: Wilson's for a share, which keeps within 0 and 1 and holds for few, else Student's.
 * Null where fewer than two numbers tell nothing of how far they spread.
 */
export function meanInterval({count, mean, squares, isShare}: Moments): Interval | null {
	if (isShare) {
		return count === 0 ? null : wilsonInterval(Math.round(mean * count), count);
	}

	if (count < 2) {
		return null;
	}

	const half = studentQuantile(count - 1) * Math.sqrt(squares / (count - 1) / count);
	return {low: mean - half, high: mean + half};
}

/** Two-sided 95 % of Student's t: a table where it bends, then the normal quantile's expansion (A&S 26.7.5). */
function studentQuantile(freedom: number): number {
	const few = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306][freedom - 1];
	if (few !== undefined) {
		return few;
	}

	const z = 1.959_964;
	return (
		z +
		(z ** 3 + z) / (4 * freedom) +
		(5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) +
		(3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3)
	);
}
