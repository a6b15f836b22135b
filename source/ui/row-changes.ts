import type {ScreenRow} from './screen-row.ts';

/** A gap of unchanged ASCII cells up to this long is written again: moving over it takes as many bytes. */
const maxGap = 4;

/**
 * Which cells of a row must be written so that the screen shows `after`. Always whole characters.
 *
 * @param before what the screen shows; undefined when that is not known, and then every cell is written
 */
export function changedCells(before: ScreenRow | undefined, after: ScreenRow): readonly boolean[] {
	const changed = after.clusters.map(
		(cluster, column) =>
			before === undefined ||
			cluster?.text !== before.clusters[column]?.text ||
			after.styles[column] !== before.styles[column],
	);
	spread(changed, after);
	closeGaps(changed, after);
	return changed;
}

/**
 * A terminal may draw an unsure character wider than we think, at most two columns a code point, and so over its
 * right neighbours: they are written again after it. Left to right, as those may be unsure themselves.
 */
function spread(changed: boolean[], row: ScreenRow): void {
	for (const [column, cluster] of row.clusters.entries()) {
		if (!changed[column] || !cluster) continue;
		const reach = cluster.isSure ? cluster.width : Math.max(cluster.width, [...cluster.text].length * 2);
		changed.fill(true, column, column + reach);
		// The reach may end inside a wide character.
		let next = column + reach;
		while (row.clusters[next] === null) changed[next++] = true;
	}
}

function closeGaps(changed: boolean[], row: ScreenRow): void {
	let last = -1;
	for (let column = 0; column < changed.length; column++) {
		if (!changed[column]) continue;
		if (last >= 0 && column - last - 1 <= maxGap && isCheap(row, last, column))
			changed.fill(true, last, column);
		last = column;
	}
}

/** Whether the cells between two columns cost one byte each: ASCII in the style of the cells around them. */
function isCheap(row: ScreenRow, from: number, to: number): boolean {
	for (let column = from + 1; column <= to; column++) {
		if (row.styles[column] !== row.styles[from]) return false;
		const cluster = row.clusters[column];
		if (column < to && !(cluster?.isSure && cluster.text <= '~')) return false;
	}

	return true;
}
