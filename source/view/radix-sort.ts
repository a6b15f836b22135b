/** Digits of 11, 11 and 10 bits. */
const shifts = [0, 11, 22] as const;
const digits = 2048;
const stride = 16_384;

/**
 * Sorts requests by a key of 32 bits, without a sign, in the time that it takes to walk over them a few times; those
 * of one key stay as they are. A digit that all have in common costs nothing.
 */
export function* radixSort(
	items: Int32Array,
	keyOf: (index: number) => number,
): Generator<void, Int32Array, void> {
	const {length} = items;
	const counts = shifts.map(() => new Uint32Array(digits));
	let keys = new Uint32Array(length);
	for (let at = 0; at < length; at++) {
		const key = keyOf(items[at]!) >>> 0;
		keys[at] = key;
		for (let place = 0; place < shifts.length; place++) {
			counts[place]![(key >>> shifts[place]!) % digits]!++;
		}

		if (at % stride === stride - 1) {
			yield;
		}
	}

	let sorted = items;
	for (const [place, shift] of shifts.entries()) {
		const starts = counts[place]!;
		if (starts.includes(length)) {
			continue;
		}

		let sum = 0;
		for (let digit = 0; digit < digits; digit++) {
			const size = starts[digit]!;
			starts[digit] = sum;
			sum += size;
		}

		const nextItems = new Int32Array(length);
		const nextKeys = new Uint32Array(length);
		for (let at = 0; at < length; at++) {
			const key = keys[at]!;
			const to = starts[(key >>> shift) % digits]!++;
			nextItems[to] = sorted[at]!;
			nextKeys[to] = key;
			if (at % stride === stride - 1) {
				yield;
			}
		}

		sorted = nextItems;
		keys = nextKeys;
	}

	return sorted;
}
