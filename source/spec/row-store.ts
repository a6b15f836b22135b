import type {JsonObject} from '../domain/request.ts';
import type {InputFolder} from './input-folder.ts';
import {rowStoreName} from './prepare-rows.ts';
import {readRowIndex} from './row-index.ts';
import type {RowsAxis} from './spec.ts';
import {rowIndexName} from './spec-files.ts';

/** The rows of a run, parsed one at a time from its own copy; the last one is kept, as it is asked for again. */
export type RowStore = {
	readonly count: number;
	readonly hasIds: boolean;
	row(position: number): JsonObject;
	close(): void;
};

export function openRowStore(axis: RowsAxis, inputs: InputFolder): RowStore {
	const indexBytes = inputs.bytes(rowIndexName);
	const index = readRowIndex(indexBytes.read(0, indexBytes.size));
	indexBytes.close();
	const store = inputs.bytes(rowStoreName(axis));
	let lastPosition = -1;
	let last: JsonObject | null = null;
	return {
		count: index.count,
		hasIds: index.hasIds,
		row(position) {
			if (last === null || position !== lastPosition) {
				const line = store.read(index.start(position), index.length(position)).toString('utf8');
				last = JSON.parse(line) as JsonObject;
				lastPosition = position;
			}

			return last;
		},
		close: store.close,
	};
}
