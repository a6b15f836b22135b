import {type IndexRanges, indexesOf} from './batch.ts';
import type {AttemptFailed, RunEvent} from './event.ts';
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
	/** By queue too: requests that a person pulled out of a batch. They go direct, and no shard takes them. */
	readonly pulled: QueueAgenda[];
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
	readonly isPulled: boolean;
};

export type Candidate = {
	readonly index: number;
	readonly from: 'waiting' | 'returned' | 'cursor';
	readonly isPulled?: boolean;
};

export function createAgenda(state: RunState, queueOf: (index: number) => number): Agenda {
	const queues = state.queues.map(() => createQueueAgenda(false));
	const pulled = state.queues.map(() => createQueueAgenda(true));
	const agenda = {queues, pulled, turn: 0, queueOf};
	for (const [index, retryAt] of state.waiting) {
		push(lineOf(agenda, state, index).waiting, retryAt, index);
	}

	for (const index of state.pulled) {
		giveBack(lineOf(agenda, state, index), index);
	}

	countOpen(agenda, state);
	return agenda;
}

/** The cursor of those that were pulled stands behind all: they are found only as they come back. */
function createQueueAgenda(isPulled: boolean): QueueAgenda {
	const cursor = isPulled ? Number.POSITIVE_INFINITY : 0;
	return {cursor, waiting: createHeap(), returned: createHeap(), open: 0, isPulled};
}

/** Where a request stands while it is open. */
function lineOf({queues, pulled, queueOf}: Agenda, state: RunState, index: number): QueueAgenda {
	return (state.pulled.has(index) ? pulled : queues)[queueOf(index)]!;
}

/** Keeps the agenda true after `reduce` has taken the event in. */
export function updateAgenda(agenda: Agenda, state: RunState, event: RunEvent): void {
	switch (event.type) {
		case 'attempt-started':
			for (const index of event.indexes) {
				lineOf(agenda, state, index).open--;
			}

			return;
		case 'attempt-failed':
			takeBack(agenda, state, event);
			return;
		case 'attempts-lost':
			for (const index of event.indexes) {
				const line = lineOf(agenda, state, index);
				line.open++;
				giveBack(line, index);
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
		default:
	}
}

function takeBack(agenda: Agenda, state: RunState, {index, sequel, retryAt}: AttemptFailed): void {
	const queue = lineOf(agenda, state, index);
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
			giveBack(lineOf(agenda, state, index), index);
		}
	}

	countOpen(agenda, state);
}

function countOpen(agenda: Agenda, state: RunState): void {
	const {status} = state.columns;
	for (const queue of [...agenda.queues, ...agenda.pulled]) {
		queue.open = 0;
	}

	for (let index = 0; index < state.count; index++) {
		if (status[index] === statusCode.queued || status[index] === statusCode.waiting) {
			lineOf(agenda, state, index).open++;
		}
	}
}

/** Puts a candidate back that was taken and is not started after all. */
export function returnCandidate(agenda: Agenda, state: RunState, number: number, index: number): void {
	const queue = agenda.queues[number]!;
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

/** The next request of a queue that may start now, retries that are due first; none that was pulled. */
export function nextCandidate(
	agenda: Agenda,
	state: RunState,
	number: number,
	now: number,
): Candidate | null {
	return candidateIn(agenda.queues[number]!, agenda, state, number, now);
}

/** The next of those that a person pulled out of a batch. */
export function nextPulled(agenda: Agenda, state: RunState, number: number, now: number): Candidate | null {
	const candidate = candidateIn(agenda.pulled[number]!, agenda, state, number, now);
	return candidate && {...candidate, isPulled: true};
}

function candidateIn(
	queue: QueueAgenda,
	agenda: Agenda,
	state: RunState,
	number: number,
	now: number,
): Candidate | null {
	const due = nextDue(queue, state);
	if (due !== null && due <= now) {
		return {index: peekValue(queue.waiting)!, from: 'waiting'};
	}

	const {status} = state.columns;
	for (let index = peekValue(queue.returned); index !== undefined; index = peekValue(queue.returned)) {
		if (status[index] === statusCode.queued && state.pulled.has(index) === queue.isPulled) {
			return {index, from: 'returned'};
		}

		pop(queue.returned);
	}

	while (queue.cursor < state.count) {
		const isOpen = status[queue.cursor] === statusCode.queued && !state.pulled.has(queue.cursor);
		if (isOpen && agenda.queueOf(queue.cursor) === number) {
			return {index: queue.cursor, from: 'cursor'};
		}

		queue.cursor++;
	}

	return null;
}

export function takeCandidate(agenda: Agenda, number: number, {from, isPulled}: Candidate): void {
	const queue = (isPulled ? agenda.pulled : agenda.queues)[number]!;
	if (from === 'cursor') {
		queue.cursor++;
	} else {
		pop(queue[from]);
	}
}

/** When the next waiting request of a queue comes due; null when none waits. */
export function nextDue(queue: QueueAgenda, state: RunState): number | null {
	for (let retryAt = peekKey(queue.waiting); retryAt !== undefined; retryAt = peekKey(queue.waiting)) {
		const index = peekValue(queue.waiting)!;
		if (state.waiting.get(index) === retryAt && state.pulled.has(index) === queue.isPulled) {
			return retryAt;
		}

		pop(queue.waiting);
	}

	return null;
}
