import {type IndexRanges, indexesOf} from './batch.ts';
import {earlier} from './earlier.ts';
import type {RunEvent} from './event.ts';
import {createHeap, type Heap, peekKey, peekValue, pop, push} from './heap.ts';
import {
	createMoved,
	giveBackMoved,
	type MovedAgenda,
	nextMoved,
	nextResting,
	rankDue,
} from './moved-agenda.ts';
import {type RunState, statusCode} from './state.ts';

/**
 * Which request comes next, without ever looking at all of them. Per queue: a heap of those that wait for their
 * time, a heap of those that came back (lost with a crash, held, wiped), and a cursor over the rest; and beside
 * these the ones that a person moved (moved-agenda.ts), which come before or after all others.
 *
 * It is derived from the state. Entries are never removed early: one counts only while the request's status and
 * due time still agree with it, and is dropped when it comes to the top.
 */
export type Agenda = {
	readonly queues: QueueAgenda[];
	/** The queue that is asked first, so that none starves. */
	turn: number;
	readonly queueOf: (index: number) => number;
};

export type QueueAgenda = {
	/** Every queued request of this queue before it is in `returned`. */
	cursor: number;
	/** Keyed by due time. */
	readonly waiting: Heap;
	/** Keyed by index. */
	readonly returned: Heap;
	readonly moved: MovedAgenda;
	/** Requests of the queue that are queued or waiting. */
	open: number;
};

export type Candidate = {
	readonly index: number;
	readonly from: 'front' | 'waiting' | 'returned' | 'cursor' | 'back';
};

export function createAgenda(state: RunState, queueOf: (index: number) => number): Agenda {
	const queues = state.queues.map(() => ({
		cursor: 0,
		waiting: createHeap(),
		returned: createHeap(),
		moved: createMoved(),
		open: 0,
	}));
	const agenda = {queues, turn: 0, queueOf};
	for (const index of new Set([...state.waiting.keys(), ...state.moved.keys()])) {
		giveBack(agenda, state, index);
	}

	countOpen(agenda, state);
	return agenda;
}

/** Keeps the agenda true after `reduce` has taken the event in. */
export function updateAgenda(agenda: Agenda, state: RunState, event: RunEvent): void {
	switch (event.type) {
		case 'attempt-started':
			agenda.queues[event.queue]!.open -= event.indexes.length;
			return;
		case 'attempt-failed':
			takeBack(agenda, state, event.sequel === 'fail' ? [] : [event.index]);
			return;
		case 'attempts-lost':
			takeBack(agenda, state, event.indexes);
			return;
		case 'shard-cut':
			agenda.queues[event.queue]!.open -= event.count;
			return;
		case 'shard-released':
			giveBackAll(agenda, state, state.batches.get(event.shard)?.indexes ?? []);
			return;
		case 'requests-wiped':
			giveBackAll(agenda, state, event.indexes);
			return;
		case 'requests-retried':
			for (const index of indexesOf(event.waiting)) {
				giveBack(agenda, state, index);
			}

			takeBack(agenda, state, indexesOf(event.failed));
			return;
		case 'requests-given-up':
			close(agenda, event.indexes);
			return;
		case 'requests-restored':
			if (event.to === 'open') {
				takeBack(agenda, state, indexesOf(event.indexes));
			} else {
				close(agenda, indexesOf(event.indexes));
			}

			return;
		case 'requests-moved':
			for (const index of indexesOf(event.indexes)) {
				giveBack(agenda, state, index);
			}

			return;
		default:
	}
}

/** They are queued or waiting, and were not before. */
function takeBack(agenda: Agenda, state: RunState, indexes: Iterable<number>): void {
	for (const index of indexes) {
		agenda.queues[agenda.queueOf(index)]!.open++;
		giveBack(agenda, state, index);
	}
}

/** They were queued or waiting, and have their outcome. */
function close({queues, queueOf}: Agenda, indexes: Iterable<number>): void {
	for (const index of indexes) {
		queues[queueOf(index)]!.open--;
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

function countOpen({queues, queueOf}: Agenda, state: RunState): void {
	const {status} = state.columns;
	for (const queue of queues) {
		queue.open = 0;
	}

	for (let index = 0; index < state.count; index++) {
		if (status[index] === statusCode.queued || status[index] === statusCode.waiting) {
			queues[queueOf(index)]!.open++;
		}
	}
}

/**
 * Where its status says: also a candidate that was taken and is not started after all. The cursor will find those
 * that it has not passed yet.
 */
export function giveBack(agenda: Agenda, state: RunState, index: number): void {
	const queue = agenda.queues[agenda.queueOf(index)]!;
	const retryAt = state.waiting.get(index);
	if (state.moved.has(index)) {
		giveBackMoved(queue.moved, state, index);
	} else if (retryAt !== undefined) {
		push(queue.waiting, retryAt, index);
	} else if (index < queue.cursor) {
		push(queue.returned, index, index);
	}
}

/** The next request of a queue that may start now: moved ones first or last, between them retries that are due. */
export function nextCandidate(
	agenda: Agenda,
	state: RunState,
	number: number,
	now: number,
): Candidate | null {
	const queue = agenda.queues[number]!;
	rankDue(queue.moved, state, now);
	const first = nextMoved(queue.moved, 'front', state, now);
	if (first !== null) {
		return {index: first, from: 'front'};
	}

	const due = nextInTime(queue, state);
	if (due !== null && due <= now) {
		return {index: peekValue(queue.waiting)!, from: 'waiting'};
	}

	for (let index = peekValue(queue.returned); index !== undefined; index = peekValue(queue.returned)) {
		if (isNext(state, index)) {
			return {index, from: 'returned'};
		}

		pop(queue.returned);
	}

	while (queue.cursor < state.count) {
		if (isNext(state, queue.cursor) && agenda.queueOf(queue.cursor) === number) {
			return {index: queue.cursor, from: 'cursor'};
		}

		queue.cursor++;
	}

	const last = nextMoved(queue.moved, 'back', state, now);
	return last === null ? null : {index: last, from: 'back'};
}

/** Moved ones have a place of their own, and unwanted ones are about to be given up. */
function isNext({columns, moved, unwanted}: RunState, index: number): boolean {
	return columns.status[index] === statusCode.queued && !moved.has(index) && !unwanted.has(index);
}

export function takeCandidate(agenda: Agenda, number: number, {from}: Candidate): void {
	const queue = agenda.queues[number]!;
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
	return earlier(nextInTime(queue, state), nextResting(queue.moved, state));
}

function nextInTime({waiting}: QueueAgenda, state: RunState): number | null {
	for (let retryAt = peekKey(waiting); retryAt !== undefined; retryAt = peekKey(waiting)) {
		const index = peekValue(waiting)!;
		if (state.waiting.get(index) === retryAt && !state.moved.has(index) && !state.unwanted.has(index)) {
			return retryAt;
		}

		pop(waiting);
	}

	return null;
}
