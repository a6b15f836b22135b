export type Interval = {readonly low: number; readonly high: number};

/** The 95 % quantile of the normal distribution, two-sided. */
const z = 1.959_964;

/**
 * The Wilson score interval (95 %) of a share of which `hits` out of `tries` were seen. Holds for few tries and for
 * shares near 0 and 1, where the plain one does not.
 */
export function wilsonInterval(hits: number, tries: number): Interval {
	if (tries === 0) {
		return {low: 0, high: 1};
	}

	const share = hits / tries;
	const spread = (z * z) / tries;
	const middle = (share + spread / 2) / (1 + spread);
	const half = Math.sqrt((share * (1 - share) + spread / 4) * spread) / (1 + spread);
	return {low: Math.max(0, middle - half), high: Math.min(1, middle + half)};
}
