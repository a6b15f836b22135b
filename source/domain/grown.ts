type Column = Uint8Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array;

const leastRoom = 256;

/**
 * The column itself if it has room for `count` entries, else a longer copy: so growing by one costs O(1) on the
 * average. Entries beyond those that are in use are `filler`.
 */
export function grown<C extends Column>(column: C, count: number, filler = 0): C {
	if (column.length >= count) {
		return column;
	}

	const longer = new (column.constructor as new (length: number) => C)(
		Math.max(count, 2 * column.length, leastRoom),
	);
	longer.set(column);
	return filler === 0 ? longer : (longer.fill(filler, column.length) as C);
}
