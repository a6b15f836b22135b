import type {RequestSource} from '../domain/request.ts';
import {createHashIndex} from './hash-index.ts';

/**
 * Of each request the last one before it with the same body, for the same provider and model; -1 where there is none.
 * Expands every request once and keeps none of them: 30 bytes a request while it looks.
 */
export function findTwins(source: RequestSource): Int32Array {
	const before = new Int32Array(source.count).fill(-1);
	const last = createHashIndex(source.count);
	for (let index = 0; index < source.count; index++) {
		const {queue, body, turns} = source.expand(index);
		// The body of several turns holds the first alone.
		const slot = last.slot(`${queue} ${JSON.stringify(turns ? [body, turns] : body)}`);
		before[index] = last.get(slot);
		last.set(slot, index);
	}

	return before;
}
