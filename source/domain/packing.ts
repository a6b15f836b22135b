import type {AttemptEvent, RunEvent} from './event.ts';
import type {Packing} from './packing-count.ts';
import type {QueueState} from './state.ts';
import {wilsonInterval} from './wilson.ts';

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
