import {type IndexRanges, indexesOf} from './batch.ts';
import type {AttemptFailed, RunEvent} from './event.ts';
import {createHeap, type Heap, peekKey, peekValue, pop, push} from './heap.ts';
import {type RunState, statusCode} from './state.ts';

/**
 * Which request comes next, without ever looking at all of them. Per queue: a heap of those that wait for their
 * time, a heap of those that came back (lost with a crash, held, wiped), and a cursor over the rest.
 *
 * It is derived from the state. Entries are never removed early: one counts only while the request's status, queue
 * and due time still agree with it, and is dropped when it comes to the top.
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
	/** Requests of the queue that are queued or waiting. */
	open: number;
};

export type Candidate = {readonly index: number; readonly from: 'waiting' | 'returned' | 'cursor'};

export function createAgenda(state: RunState, queueOf: (index: number) => number): Agenda {
	const queues = state.queues.map(createQueueAgenda);
	for (const [index, retryAt] of state.waiting) {
		push(queues[queueOf(index)]!.waiting, retryAt, index);
	}

	const agenda = {queues, turn: 0, queueOf};
	countOpen(agenda, state);
	return agenda;
}

function createQueueAgenda(): QueueAgenda {
	return {cursor: 0, waiting: createHeap(), returned: createHeap(), open: 0};
}

/** Keeps the agenda true after `reduce` has taken the event in. */
export function updateAgenda(agenda: Agenda, state: RunState, event: RunEvent): void {
	switch (event.type) {
		case 'attempt-started':
			agenda.queues[event.queue]!.open -= event.indexes.length;
			return;
		case 'attempt-failed':
			takeBack(agenda, event);
			return;
		case 'attempts-lost':
			for (const index of event.indexes) {
				const queue = agenda.queues[agenda.queueOf(index)]!;
				queue.open++;
				giveBack(queue, index);
			}

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
		case 'queue-added':
			agenda.queues.push(createQueueAgenda());
			return;
		case 'params-changed':
			if (event.queueKey !== null) {
				giveBackAll(agenda, state, event.indexes);
			}

			return;
		default:
	}
}

function takeBack(agenda: Agenda, {index, sequel, retryAt}: AttemptFailed): void {
	const queue = agenda.queues[agenda.queueOf(index)]!;
	if (sequel === 'fail') {
		return;
	}

	queue.open++;
	if (retryAt === null) {
		giveBack(queue, index);
	} else {
		push(queue.waiting, retryAt, index);
	}
}

/** Those whose status says that they are queued; how many of them were before cannot be told any more. */
function giveBackAll(agenda: Agenda, state: RunState, ranges: IndexRanges): void {
	for (const index of indexesOf(ranges)) {
		if (index >= 0 && state.columns.status[index] === statusCode.queued) {
			giveBack(agenda.queues[agenda.queueOf(index)]!, index);
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

/** Puts a candidate back that was taken and is not started after all. */
export function returnCandidate(agenda: Agenda, state: RunState, index: number): void {
	const queue = agenda.queues[agenda.queueOf(index)]!;
	const retryAt = state.waiting.get(index);
	if (retryAt === undefined) {
		giveBack(queue, index);
	} else {
		push(queue.waiting, retryAt, index);
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
	for (let due = nextDue(queue, state); due !== null && due <= now; due = nextDue(queue, state)) {
		const index = peekValue(queue.waiting)!;
		if (agenda.queueOf(index) === number) {
			return {index, from: 'waiting'};
		}

		pop(queue.waiting);
	}

	const {status} = state.columns;
	for (let index = peekValue(queue.returned); index !== undefined; index = peekValue(queue.returned)) {
		if (status[index] === statusCode.queued && agenda.queueOf(index) === number) {
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
