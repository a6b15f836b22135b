import {createHeap, type Heap} from './heap.ts';

/**
 * Which request comes next, without ever looking at all of them. Per queue: a cursor over those never started, a
 * heap of those that wait for their time, and a heap of those that came back (lost with a crash, held, wiped).
 *
 * Entries are never removed early: an entry counts only while the request's status and due time still agree with
 * it, and is dropped when it comes to the top.
 */
export type Agenda = {readonly queues: QueueAgenda[]};

export type QueueAgenda = {
	/** No queued request of this queue lies before it, save those in `returned`. */
	cursor: number;
	/** Keyed by due time. */
	readonly waiting: Heap;
	/** Keyed by index. */
	readonly returned: Heap;
};

export function createAgenda(queueCount: number): Agenda {
	return {
		queues: Array.from({length: queueCount}, () => ({
			cursor: 0,
			waiting: createHeap(),
			returned: createHeap(),
		})),
	};
}
