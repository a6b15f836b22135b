import type {Agenda, QueueAgenda} from './queue-agenda.ts';
import {isPulled, pulledIndexes} from './sample.ts';
import {type RunState, statusCode} from './state.ts';

/** Where a request stands while it is open. */
export function lineOf({queues, pulled, queueOf}: Agenda, state: RunState, index: number): QueueAgenda {
	return (isPulled(state, index) ? pulled : queues)[queueOf(index)]!;
}

/** Anew, with a look at every request. */
export function countOpen(agenda: Agenda, state: RunState): void {
	for (const queue of [...agenda.queues, ...agenda.pulled]) {
		queue.open = 0;
	}

	for (let index = 0; index < state.count; index++) {
		if (isOpen(state, index) && !agenda.isParked(index)) {
			lineOf(agenda, state, index).open++;
		}
	}
}

/** They were queued or waiting, and are no longer. */
export function close(agenda: Agenda, state: RunState, indexes: Iterable<number>): void {
	for (const index of indexes) {
		lineOf(agenda, state, index).open--;
	}
}

/**
 * The same, where that some were pulled is forgotten with them: those that still are, are counted anew. All requests
 * of a run may be given up, a thousand an event, so only the pulled ones are looked at.
 */
export function closeForgotten(
	{queues, pulled, queueOf, isParked}: Agenda,
	state: RunState,
	indexes: Iterable<number>,
): void {
	for (const index of indexes) {
		queues[queueOf(index)]!.open -= isParked(index) ? 0 : 1;
	}

	if (pulled.every(({open}) => open === 0)) {
		return;
	}

	for (const [number, line] of pulled.entries()) {
		queues[number]!.open += line.open;
		line.open = 0;
	}

	for (const index of pulledIndexes(state)) {
		if (isOpen(state, index) && !isParked(index)) {
			queues[queueOf(index)]!.open--;
			pulled[queueOf(index)]!.open++;
		}
	}
}

/** Queued or waiting. */
export function isOpen({columns: {status}}: RunState, index: number): boolean {
	return status[index] === statusCode.queued || status[index] === statusCode.waiting;
}
