/** The most calls at once that a step up leads to; spec and flags may ask for more. */
export const mostConcurrency = 10_000;

/** The next concurrency up: one more below 10, else about a tenth. */
export function stepUp(concurrency: number): number {
	return Math.max(concurrency, Math.min(mostConcurrency, concurrency + stepFrom(concurrency)));
}

/** The next concurrency down, never below 1. */
export function stepDown(concurrency: number): number {
	return Math.max(1, concurrency - stepFrom(concurrency));
}

function stepFrom(concurrency: number): number {
	return concurrency < 10 ? 1 : Math.round(concurrency / 10);
}
