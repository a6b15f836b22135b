import type {AttemptEvent, RunEvent} from './event.ts';
import type {QueueState} from './state.ts';
import {wilsonInterval} from './wilson.ts';

/** What shared calls of a queue came to, and what audits say of their answers. */
export type Packing = {
	/** Direct calls and lines of batches that several requests shared. */
	calls: number;
	/** Answers that came from them. */
	items: number;
	/** Input tokens that they took, in vain or not. */
	input: number;
	/** Input tokens that these answers would have taken alone; 0 where nobody counted. */
	alone: number;
	/** Items that were asked alone as well, and those of them that gave the same. */
	audited: number;
	agreed: number;
	/** Its requests go alone from now on: the answers agreed too seldom. */
	isStopped: boolean;
};

/** So many audited items before anything follows from them. */
const leastAudited = 10;

export function emptyPacking(): Packing {
	return {calls: 0, items: 0, input: 0, alone: 0, audited: 0, agreed: 0, isStopped: false};
}

/** Counts what one line of an attempt says of packs. */
export function notePacking({packing}: QueueState, event: AttemptEvent): void {
	const {call} = event;
	if (call && call.position === 0) {
		packing.calls++;
		packing.input += event.usage?.input ?? 0;
	}

	if (event.type !== 'attempt-answered') {
		return;
	}

	if (call) {
		packing.items++;
		packing.alone += call.alone ?? 0;
	}

	if (event.agrees !== undefined) {
		packing.audited++;
		packing.agreed += event.agrees ? 1 : 0;
	}
}

/**
 * The audited answers agree less often than they must, and surely so: even the upper end of the interval (95 %) is
 * below. A few that differ by chance stop nothing.
 */
export function agreesTooSeldom({audited, agreed}: Packing, minAgreement: number): boolean {
	return audited >= leastAudited && wilsonInterval(agreed, audited).high < minAgreement;
}

/** Packing goes off for every queue whose audits say so. Absent: nothing is audited. */
export function stoppedPackings(
	queues: readonly QueueState[],
	minAgreement: number | undefined,
	at: number,
): readonly Extract<RunEvent, {type: 'packing-stopped'}>[] {
	if (minAgreement === undefined) {
		return [];
	}

	return queues.flatMap(({packing}, queue) => {
		const {audited, agreed, isStopped} = packing;
		return !isStopped && agreesTooSeldom(packing, minAgreement)
			? [{type: 'packing-stopped', at, queue, audited, agreed} as const]
			: [];
	});
}
