import {countOf, type IndexRanges, indexesOf} from './batch.ts';
import {earlier} from './earlier.ts';
import {hasOutcome, type RunEvent} from './event.ts';
import {createHeap, peekKey, peekValue, pop, push} from './heap.ts';
import {createMoved, giveBackMoved, nextMoved, nextResting, rankDue} from './moved-agenda.ts';
import {close, closeForgotten, countOpen, lineOf} from './open-count.ts';
import type {Agenda, QueueAgenda} from './queue-agenda.ts';
import {isPulled as isPulledNow, pulledIndexes} from './sample.ts';
import {type RunState, statusCode} from './state.ts';

export type Candidate = {
	readonly index: number;
	readonly from: 'front' | 'waiting' | 'returned' | 'cursor' | 'back';
	readonly isPulled: boolean;
};

export function createAgenda(
	state: RunState,
	queueOf: (index: number) => number,
	isParked: (index: number) => boolean = () => false,
): Agenda {
	const agenda: Agenda = {queues: [], pulled: [], turn: 0, queueOf, isParked};
	for (let number = 0; number < state.queues.length; number++) {
		addQueue(agenda, state);
	}

	const {waiting, moved} = state;
	giveEachBack(agenda, state, new Set([...waiting.keys(), ...moved.keys(), ...pulledIndexes(state)]));

	countOpen(agenda, state);
	return agenda;
}

/** The cursor of those that were pulled stands behind all: they are found only as they come back. */
function addQueue({queues, pulled, queueOf, isParked}: Agenda, state: RunState): void {
	const number = queues.length;
	const create = (isPulled: boolean): QueueAgenda => ({
		cursor: isPulled ? Number.POSITIVE_INFINITY : 0,
		waiting: createHeap(),
		returned: createHeap(),
		moved: createMoved(),
		open: 0,
		holds: index =>
			queueOf(index) === number &&
			isPulledNow(state, index) === isPulled &&
			!state.unwanted.has(index) &&
			!isParked(index),
	});
	queues.push(create(false));
	pulled.push(create(true));
}

/** Keeps the agenda true after `reduce` has taken the event in. */
export function updateAgenda(agenda: Agenda, state: RunState, event: RunEvent): void {
	switch (event.type) {
		case 'session-started':
			// Where the clock was set back, the times of the waiting are others now.
			giveEachBack(agenda, state, state.waiting.keys());
			return;
		case 'attempt-started':
			close(agenda, state, event.indexes);
			return;
		case 'attempt-answered':
			if (event.more) {
				takeBack(agenda, state, [event.index]);
			}

			return;
		case 'attempt-failed':
			takeBack(agenda, state, hasOutcome(event.sequel) ? [] : [event.index]);
			return;
		case 'answer-refused':
			takeBack(agenda, state, event.sequel === 'fail' ? [] : [event.index]);
			return;
		case 'request-added':
			// The cursor has not passed it.
			lineOf(agenda, state, event.index).open++;
			return;
		case 'attempts-lost':
			takeBack(agenda, state, event.indexes);
			return;
		case 'shard-cut':
			agenda.queues[event.queue]!.open -= countOf(event.indexes);
			return;
		case 'shard-released':
			giveBackAll(agenda, state, state.batches.get(event.shard)?.indexes ?? []);
			return;
		case 'requests-wiped':
			giveBackAll(agenda, state, event.indexes);
			return;
		case 'requests-retried':
			giveEachBack(agenda, state, indexesOf(event.waiting));
			takeBack(agenda, state, indexesOf(event.failed));
			return;
		case 'requests-given-up':
			closeForgotten(agenda, state, event.indexes);
			return;
		case 'requests-restored':
			if (event.to === 'open') {
				takeBack(agenda, state, indexesOf(event.indexes));
			} else {
				closeForgotten(agenda, state, indexesOf(event.indexes));
			}

			return;
		case 'requests-moved':
			giveEachBack(agenda, state, indexesOf(event.indexes));
			return;
		case 'queue-added':
			addQueue(agenda, state);
			return;
		case 'params-changed':
			if (event.queueKey !== null) {
				giveBackAll(agenda, state, event.indexes);
			}

			return;
		case 'sample-begun':
			giveEachBack(agenda, state, event.indexes);
			countOpen(agenda, state);
			return;
		default:
	}
}

/** They are queued or waiting, and were not before, or were parked. */
export function takeBack(agenda: Agenda, state: RunState, indexes: Iterable<number>): void {
	for (const index of indexes) {
		if (!agenda.isParked(index)) {
			lineOf(agenda, state, index).open++;
			giveBack(agenda, state, index);
		}
	}
}

/** Those whose status says that they are queued; how many of them were before cannot be told any more. */
function giveBackAll(agenda: Agenda, state: RunState, ranges: IndexRanges): void {
	for (const index of indexesOf(ranges)) {
		if (index >= 0 && state.columns.status[index] === statusCode.queued) {
			giveBack(agenda, state, index);
		}
	}

	countOpen(agenda, state);
}

function giveEachBack(agenda: Agenda, state: RunState, indexes: Iterable<number>): void {
	for (const index of indexes) {
		giveBack(agenda, state, index);
	}
}

/**
 * Where its status says: also a candidate that was taken and is not started after all. The cursor will find those
 * that it has not passed yet.
 */
export function giveBack(agenda: Agenda, state: RunState, index: number): void {
	const queue = lineOf(agenda, state, index);
	const retryAt = state.waiting.get(index);
	if (state.moved.has(index)) {
		giveBackMoved(queue.moved, state, index);
	} else if (retryAt !== undefined) {
		push(queue.waiting, retryAt, index);
	} else if (index < queue.cursor) {
		push(queue.returned, index, index);
	}
}

/**
 * The next request of a queue that may start now: moved ones first or last, between them retries that are due. None
 * that was pulled out of a batch.
 */
export function nextCandidate(
	agenda: Agenda,
	state: RunState,
	number: number,
	now: number,
): Candidate | null {
	return candidateIn(agenda.queues[number]!, state, now, false);
}

/** The next of those that a person pulled out of a batch. */
export function nextPulled(agenda: Agenda, state: RunState, number: number, now: number): Candidate | null {
	return candidateIn(agenda.pulled[number]!, state, now, true);
}

function candidateIn(queue: QueueAgenda, state: RunState, now: number, isPulled: boolean): Candidate | null {
	const {holds, moved, waiting, returned} = queue;
	rankDue(moved, state, holds, now);
	const first = nextMoved(moved, 'front', state, holds, now);
	if (first !== null) {
		return {index: first, from: 'front', isPulled};
	}

	const due = nextInTime(queue, state);
	if (due !== null && due <= now) {
		return {index: peekValue(waiting)!, from: 'waiting', isPulled};
	}

	for (let index = peekValue(returned); index !== undefined; index = peekValue(returned)) {
		if (isNext(queue, state, index)) {
			return {index, from: 'returned', isPulled};
		}

		pop(returned);
	}

	while (queue.cursor < state.count) {
		if (isNext(queue, state, queue.cursor)) {
			return {index: queue.cursor, from: 'cursor', isPulled};
		}

		queue.cursor++;
	}

	const last = nextMoved(moved, 'back', state, holds, now);
	return last === null ? null : {index: last, from: 'back', isPulled};
}

/** Moved ones have a place of their own. */
function isNext({holds}: QueueAgenda, {columns, moved}: RunState, index: number): boolean {
	return columns.status[index] === statusCode.queued && !moved.has(index) && holds(index);
}

export function takeCandidate(agenda: Agenda, number: number, {from, isPulled}: Candidate): void {
	const queue = (isPulled ? agenda.pulled : agenda.queues)[number]!;
	switch (from) {
		case 'cursor':
			queue.cursor++;
			return;
		case 'waiting':
		case 'returned':
			pop(queue[from]);
			return;
		case 'front':
		case 'back':
			pop(queue.moved[from]);
	}
}

/** When the next waiting request of a queue comes due; null when none waits. */
export function nextDue(queue: QueueAgenda, state: RunState): number | null {
	return earlier(nextInTime(queue, state), nextResting(queue.moved, state, queue.holds));
}

function nextInTime({waiting, holds}: QueueAgenda, state: RunState): number | null {
	for (let retryAt = peekKey(waiting); retryAt !== undefined; retryAt = peekKey(waiting)) {
		const index = peekValue(waiting)!;
		if (state.waiting.get(index) === retryAt && !state.moved.has(index) && holds(index)) {
			return retryAt;
		}

		pop(waiting);
	}

	return null;
}
