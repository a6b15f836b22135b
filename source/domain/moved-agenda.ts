import {createHeap, type Heap, peekKey, peekValue, pop, push} from './heap.ts';
import {type RunState, statusCode} from './state.ts';

/**
 * The requests of a queue that a person moved. As in the agenda, an entry counts only while the state agrees with
 * it. Those that wait rest until they are due: being moved spares nobody a backoff.
 */
export type MovedAgenda = {
	/** Keyed by rank: below 0 before all others, above 0 after them. */
	readonly front: Heap;
	readonly back: Heap;
	/** Keyed by due time. */
	readonly resting: Heap;
};

/** Whether a request still belongs to the queue whose agenda this is. */
type Holds = (index: number) => boolean;

export function createMoved(): MovedAgenda {
	return {front: createHeap(), back: createHeap(), resting: createHeap()};
}

export function giveBackMoved({front, back, resting}: MovedAgenda, state: RunState, index: number): void {
	const retryAt = state.waiting.get(index);
	if (retryAt !== undefined) {
		push(resting, retryAt, index);
		return;
	}

	const rank = state.moved.get(index)!;
	push(rank < 0 ? front : back, rank, index);
}

/** Those that are due take their place by rank. */
export function rankDue(moved: MovedAgenda, state: RunState, holds: Holds, now: number): void {
	const next = () => nextResting(moved, state, holds);
	for (let due = next(); due !== null && due <= now; due = next()) {
		const index = peekValue(moved.resting)!;
		const rank = state.moved.get(index)!;
		pop(moved.resting);
		push(rank < 0 ? moved.front : moved.back, rank, index);
	}
}

/** The first that may start at one end of the queue; null when there is none. */
export function nextMoved(
	moved: MovedAgenda,
	end: 'front' | 'back',
	state: RunState,
	holds: Holds,
	now: number,
): number | null {
	const heap = moved[end];
	for (let rank = peekKey(heap); rank !== undefined; rank = peekKey(heap)) {
		const index = peekValue(heap)!;
		const isThere = state.moved.get(index) === rank && holds(index);
		const retryAt = state.waiting.get(index);
		if (isThere && (retryAt === undefined ? isQueued(state, index) : retryAt <= now)) {
			return index;
		}

		pop(heap);
		// Somebody asked for a later time before.
		if (isThere && retryAt !== undefined) {
			push(moved.resting, retryAt, index);
		}
	}

	return null;
}

/** When the next that rests is due. */
export function nextResting({resting}: MovedAgenda, {waiting, moved}: RunState, holds: Holds): number | null {
	for (let retryAt = peekKey(resting); retryAt !== undefined; retryAt = peekKey(resting)) {
		const index = peekValue(resting)!;
		if (waiting.get(index) === retryAt && moved.has(index) && holds(index)) {
			return retryAt;
		}

		pop(resting);
	}

	return null;
}

function isQueued({columns}: RunState, index: number): boolean {
	return columns.status[index] === statusCode.queued;
}
