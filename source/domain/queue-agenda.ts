import type {Heap} from './heap.ts';
import type {MovedAgenda} from './moved-agenda.ts';

/**
 * Which request comes next, without ever looking at all of them. Per queue: a heap of those that wait for their
 * time, a heap of those that came back (lost with a crash, held, wiped), and a cursor over the rest; and beside
 * these the ones that a person moved (moved-agenda.ts), which come before or after all others.
 *
 * It is derived from the state. Entries are never removed early: one counts only while the request's status, queue
 * and due time still agree with it, and is dropped when it comes to the top.
 */
export type Agenda = {
	readonly queues: QueueAgenda[];
	/**
	 * By queue too: requests that a person pulled out of a batch, and those of a sample. They go direct, and no shard
	 * takes them.
	 */
	readonly pulled: QueueAgenda[];
	/** The queue that is asked first, so that none starves. */
	turn: number;
	readonly queueOf: (index: number) => number;
	/** An open request that is not to start: it waits for a twin. */
	readonly isParked: (index: number) => boolean;
};

export type QueueAgenda = {
	/** Every queued request of this queue before it is in `returned`. */
	cursor: number;
	/** Keyed by due time. */
	readonly waiting: Heap;
	/** Keyed by index. */
	readonly returned: Heap;
	readonly moved: MovedAgenda;
	/** Requests of the queue that are queued or waiting, without those that are parked. */
	open: number;
	/** Whether a request still belongs here: it may have been sent to another queue, pulled out of a batch, or unwanted. */
	readonly holds: (index: number) => boolean;
};
