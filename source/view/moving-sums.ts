/**
 * Sums over a moving window of time, in a ring of slices. Adding is O(1) and allocates nothing: it happens at every
 * event. A slice may hold several sums, its columns.
 */
export type MovingSums = {
	readonly sliceMs: number;
	readonly slices: number;
	readonly columns: number;
	readonly ring: Float64Array;
	/** The newest slice, counted from the epoch. */
	newest: number;
};

export function createMovingSums(sliceMs: number, slices: number, columns = 1): MovingSums {
	return {sliceMs, slices, columns, ring: new Float64Array(slices * columns), newest: 0};
}

/** What lies before the window is left out. */
export function add(sums: MovingSums, at: number, amount: number, column = 0): void {
	const slice = Math.floor(at / sums.sliceMs);
	moveTo(sums, slice);
	if (slice > sums.newest - sums.slices) {
		sums.ring[place(sums, slice) + column]! += amount;
	}
}

/** The window's sum: the slice of `now`, begun as it is, and those before it. */
export function total(sums: MovingSums, now: number, column = 0): number {
	moveTo(sums, Math.floor(now / sums.sliceMs));
	let sum = 0;
	for (let at = column; at < sums.ring.length; at += sums.columns) {
		sum += sums.ring[at]!;
	}

	return sum;
}

/** The sum of each slice, oldest first, that of `now` last. */
export function bySlice(sums: MovingSums, now: number, column = 0): number[] {
	moveTo(sums, Math.floor(now / sums.sliceMs));
	const first = sums.newest - sums.slices + 1;
	return Array.from({length: sums.slices}, (_, slice) => sums.ring[place(sums, first + slice) + column]!);
}

/** How much time the window covers for something that began at `since`. At least 1 ms. */
export function spanMs(sums: MovingSums, now: number, since: number): number {
	const whole = (sums.slices - 1) * sums.sliceMs + (now % sums.sliceMs);
	return Math.max(1, Math.min(whole, now - since));
}

export function clear(sums: MovingSums): void {
	sums.ring.fill(0);
}

function moveTo(sums: MovingSums, slice: number): void {
	if (slice <= sums.newest) {
		return;
	}

	const passed = Math.min(slice - sums.newest, sums.slices);
	for (let step = 0; step < passed; step++) {
		const from = place(sums, slice - step);
		sums.ring.fill(0, from, from + sums.columns);
	}

	sums.newest = slice;
}

function place(sums: MovingSums, slice: number): number {
	return (slice % sums.slices) * sums.columns;
}
