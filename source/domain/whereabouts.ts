import {indexesOf, isOpen} from './batch.ts';
import {type RunState, statusCode} from './state.ts';
import {isGivenUpAsLost} from './take-back.ts';

/** Where the requests of a run are: each is counted once, so that they add up to `total`. */
export type Whereabouts = {
	readonly total: number;
	readonly done: number;
	readonly failed: number;
	readonly in_flight: number;
	readonly batched: number;
	readonly waiting: number;
	readonly queued: number;
	/** In none of these places, although the state says so of some. */
	readonly missing: number;
};

/**
 * Looks for every request where its status says that it is: an outcome on a line that can be read, a call that is out
 * or an answer that is being judged, a batch that is open, a time at which it comes due. `firstMissing` are the
 * first few that are not there.
 */
export function findRequests(
	state: RunState,
	isReadable: (offset: number) => boolean,
): {readonly whereabouts: Whereabouts; readonly firstMissing: readonly number[]} {
	const counts = {done: 0, failed: 0, in_flight: 0, batched: 0, waiting: 0, queued: 0, missing: 0};
	const inBatches = batchedIn(state);
	const firstMissing: number[] = [];
	for (let index = 0; index < state.count; index++) {
		const place = placeOf(state, index, isReadable, inBatches);
		counts[place]++;
		if (place === 'missing' && firstMissing.length < 5) {
			firstMissing.push(index);
		}
	}

	return {whereabouts: {total: state.count, ...counts}, firstMissing};
}

function placeOf(
	state: RunState,
	index: number,
	isReadable: (offset: number) => boolean,
	inBatches: Uint8Array,
): Exclude<keyof Whereabouts, 'total'> {
	const {columns, inFlight, unjudged, waiting} = state;
	const offset = columns.offset[index]!;
	switch (columns.status[index]) {
		case statusCode.done:
			return offset >= 0 && isReadable(offset) ? 'done' : 'missing';
		case statusCode.failed:
			return isGivenUpAsLost(state, index) || (offset >= 0 && isReadable(offset)) ? 'failed' : 'missing';
		case statusCode['in-flight']:
			return inFlight.has(index) || unjudged.has(index) ? 'in_flight' : 'missing';
		case statusCode.batched:
			return inBatches[index] === 1 ? 'batched' : 'missing';
		case statusCode.waiting:
			return waiting.has(index) ? 'waiting' : 'missing';
		case statusCode.queued:
			return 'queued';
		default:
			return 'missing';
	}
}

function batchedIn({count, batches}: RunState): Uint8Array {
	const marks = new Uint8Array(count);
	for (const batch of batches.values()) {
		for (const index of isOpen(batch) ? indexesOf(batch.indexes) : []) {
			if (index >= 0) {
				marks[index] = 1;
			}
		}
	}

	return marks;
}
