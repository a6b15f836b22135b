import {zipProblem} from './axes.ts';
import {readRows} from './row-files.ts';
import type {RowsAxis, Spec} from './spec.ts';
import {axesOf, lengthsOf} from './spec-axes.ts';
import {specError} from './spec-error.ts';

/** Rows that an args file gives now. */
export async function countChosenRows(axis: RowsAxis): Promise<number> {
	const rows = await countRows(axis);
	const window = Math.max(0, Math.min(rows, axis.offset + (axis.limit ?? rows)) - axis.offset);
	return axis.sample === null ? window : Math.min(axis.sample, window);
}

/** Rows in the file, before any are chosen. */
export async function countRows(axis: RowsAxis): Promise<number> {
	let count = 0;
	for await (const {rows} of readRows(axis)) {
		count += rows.length;
	}

	return count;
}

/** What only the number of rows can show to be wrong. */
export function refuseRowCount(spec: Spec, axis: RowsAxis, count: number): void {
	if (count === 0) {
		throw specError(
			axis.where,
			`0 requests, as ${axis.file.display} gives no rows`,
			axis.offset > 0 ? `Lower \`${axis.holds}.offset\`.` : 'Add rows to the file.',
		);
	}

	const problem = spec.combine === 'zip' ? zipProblem(lengthsOf(spec, count)) : null;
	if (problem) {
		throw specError(axis.where, problem, 'Use `limit`, or make the lists as long as the file.');
	}

	// Throws when the product is too large.
	axesOf(spec, count);
}
