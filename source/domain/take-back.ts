import {endAttempt} from './calls-out.ts';
import type {FailureKind} from './failure.ts';
import type {Lane} from './price.ts';
import {forgetSetbacks} from './reduce-attempt.ts';
import {forgetWishes, renew, reopen, setStatus} from './set-status.ts';
import {type RunState, statusCode, statuses} from './state.ts';

/*
 * What is left of requests whose journal lines cannot be read any more. Money and attempts stay as they were counted:
 * they were spent.
 */

/** An outcome that nobody can tell any more. Null: its line does not even say that. */
export type LostOutcome = {
	readonly index: number;
	readonly queue: number;
	readonly lane: Lane | null;
	readonly kind: FailureKind | null;
};

/** Why a request that was added failed, whose own line is damaged. */
export const lostRequestFailure = {
	kind: 'missing',
	status: null,
	code: null,
	message: 'the journal line that held this request is damaged: what it asked is lost',
} as const;

/** Its request is asked again, as if it had never been. */
export function takeBackOutcome(state: RunState, {index, queue: number, lane, kind}: LostOutcome): void {
	const {totals, columns} = state;
	const queue = state.queues[number];
	if (columns.status[index] === statusCode.done) {
		const counted = lane ?? (totals.done.direct > 0 ? 'direct' : 'batch');
		totals.done[counted] = Math.max(0, totals.done[counted] - 1);
		if (queue) {
			queue.done = Math.max(0, queue.done - 1);
			queue.shared = Math.min(queue.shared, queue.done);
		}
	} else if (columns.status[index] === statusCode.failed) {
		forgetFailure(totals.failed, kind);
		if (queue) {
			queue.failed = Math.max(0, queue.failed - 1);
		}
	}

	state.unjudged.delete(index);
	renew(state, index);
	columns.offset[index] = -1;
	reopen(state);
}

/** An unknown kind is taken from those that most have. */
function forgetFailure(failed: Map<FailureKind, number>, kind: FailureKind | null): void {
	const [most] = [...failed].sort(([, a], [, b]) => b - a);
	const counted = kind !== null && failed.has(kind) ? kind : most?.[0];
	if (counted === undefined) {
		return;
	}

	const left = failed.get(counted)! - 1;
	if (left > 0) {
		failed.set(counted, left);
	} else {
		failed.delete(counted);
	}
}

/** A stage added it, and nobody knows what it asks: it can only fail. */
export function giveUpLost(state: RunState, lost: LostOutcome, at: number): void {
	const {index, queue} = lost;
	// A call of it that is out is worth nothing any more.
	endAttempt(state, index, statuses[state.columns.status[index]!]!);
	takeBackOutcome(state, lost);
	forgetSetbacks(state, index);
	forgetWishes(state, index);
	setStatus(state, index, 'failed');
	state.added.offset[index - state.added.from] = -1;
	const {failed} = state.totals;
	failed.set(lostRequestFailure.kind, (failed.get(lostRequestFailure.kind) ?? 0) + 1);
	if (state.queues[queue]) {
		state.queues[queue].failed++;
	}

	state.resultsWritten = false;
	state.lastFinishedAt = at;
}

/** Whether a request is one of those. */
export function isGivenUpAsLost(
	{added, columns}: Pick<RunState, 'added' | 'columns'>,
	index: number,
): boolean {
	return (
		index >= added.from &&
		added.offset[index - added.from]! < 0 &&
		columns.status[index] === statusCode.failed
	);
}
