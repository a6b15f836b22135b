import PQueue from 'p-queue';
import type {CallOutcome, DirectCall, Transport} from '../domain/ports.ts';
import {type CallAbort, createCallAbort} from './call-signal.ts';

/** The calls of the direct lane, each with its own way to be ended early. */
export type DirectLane = {
	/**
	 * Sends a call and hands over its outcome. The slot is freed when the promise that `onOutcome` returns
	 * resolves: that is when the answer's journal line is written, which bounds what a crash can cost.
	 */
	send(
		index: number,
		call: Omit<DirectCall, 'signal'>,
		onOutcome: (outcome: CallOutcome) => Promise<void>,
	): void;
	/** Calls that are out stay out. */
	setConcurrency(concurrency: number): void;
	/** Ends one call, if it is out. */
	abort(index: number): void;
	abortAll(): void;
	/** Resolves when no call is out. */
	idle(): Promise<void>;
};

/**
 * p-queue holds the bound on concurrency. It is never fed more than the plan has slots for:
 * a million queued tasks cost 1.1 GB and a stall of 2.9 s.
 */
export function createDirectLane(
	transport: Transport,
	concurrency: number,
	onBug: (error: unknown) => void,
): DirectLane {
	const queue = new PQueue({concurrency});
	const calls = new Map<number, CallAbort>();

	return {
		send(index, call, onOutcome) {
			const ending = createCallAbort();
			calls.set(index, ending);
			const task = async () => {
				// One that waited for a slot may have been ended before it left.
				const outcome: CallOutcome = ending.signal.aborted
					? {kind: 'aborted', maybeBilled: false}
					: await transport.send({...call, signal: ending.signal});
				calls.delete(index);
				await onOutcome(outcome);
			};

			queue.add(task).catch(onBug);
		},
		setConcurrency(next) {
			queue.concurrency = next;
		},
		abort(index) {
			calls.get(index)?.abort();
		},
		abortAll() {
			for (const ending of calls.values()) {
				ending.abort();
			}
		},
		idle: async () => queue.onIdle(),
	};
}
