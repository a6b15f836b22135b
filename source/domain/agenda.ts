import type {RunEvent} from './event.ts';
import {createHeap, type Heap, peekKey, peekValue, pop, push} from './heap.ts';
import {type RunState, statusCode} from './state.ts';

/**
 * Which request comes next, without ever looking at all of them. Per queue: a heap of those that wait for their
 * time, a heap of those that came back (lost with a crash, held, wiped), and a cursor over the rest.
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
};

export type Candidate = {readonly index: number; readonly from: 'waiting' | 'returned' | 'cursor'};

export function createAgenda(state: RunState, queueOf: (index: number) => number): Agenda {
	const queues = state.queues.map(() => ({cursor: 0, waiting: createHeap(), returned: createHeap()}));
	for (const [index, retryAt] of state.waiting) {
		push(queues[queueOf(index)]!.waiting, retryAt, index);
	}

	return {queues, turn: 0, queueOf};
}

/** Keeps the agenda true after `reduce` has taken the event in. */
export function updateAgenda(agenda: Agenda, event: RunEvent): void {
	if (event.type === 'attempt-failed') {
		const queue = agenda.queues[agenda.queueOf(event.index)]!;
		if (event.retryAt !== null) {
			push(queue.waiting, event.retryAt, event.index);
		} else if (event.sequel === 'hold') {
			giveBack(queue, event.index);
		}
	} else if (event.type === 'attempts-lost') {
		for (const index of event.indexes) {
			giveBack(agenda.queues[agenda.queueOf(index)]!, index);
		}
	}
}

/** The cursor will find those that it has not passed yet. */
function giveBack(queue: QueueAgenda, index: number): void {
	if (index < queue.cursor) {
		push(queue.returned, index, index);
	}
}

/** The next request of a queue that may start now, retries that are due first. */
export function nextCandidate(
	agenda: Agenda,
	state: RunState,
	number: number,
	now: number,
): Candidate | null {
	const queue = agenda.queues[number]!;
	const due = nextDue(queue, state);
	if (due !== null && due <= now) {
		return {index: peekValue(queue.waiting)!, from: 'waiting'};
	}

	const {status} = state.columns;
	for (let index = peekValue(queue.returned); index !== undefined; index = peekValue(queue.returned)) {
		if (status[index] === statusCode.queued) {
			return {index, from: 'returned'};
		}

		pop(queue.returned);
	}

	while (queue.cursor < state.count) {
		if (status[queue.cursor] === statusCode.queued && agenda.queueOf(queue.cursor) === number) {
			return {index: queue.cursor, from: 'cursor'};
		}

		queue.cursor++;
	}

	return null;
}

export function takeCandidate(agenda: Agenda, number: number, {from}: Candidate): void {
	const queue = agenda.queues[number]!;
	if (from === 'cursor') {
		queue.cursor++;
	} else {
		pop(queue[from]);
	}
}

/** When the next waiting request of a queue comes due; null when none waits. */
export function nextDue(queue: QueueAgenda, state: RunState): number | null {
	for (let retryAt = peekKey(queue.waiting); retryAt !== undefined; retryAt = peekKey(queue.waiting)) {
		if (state.waiting.get(peekValue(queue.waiting)!) === retryAt) {
			return retryAt;
		}

		pop(queue.waiting);
	}

	return null;
}
