import {type BatchState, isRemote} from './batch.ts';
import type {BatchOutcomes} from './batch-event.ts';
import type {GuardSettings} from './settings.ts';
import type {RunState} from './state.ts';

/** Direct requests that are judged together. */
export const requestsPerPass = 50;

/** What one pass came to: a batch, or so many finished direct requests. */
export type Pass = {readonly requests: number; readonly passed: number};

/**
 * An expired request is nobody's fault and passes; what never was in a file of the batch is not asked about. Null
 * when there is nothing to judge.
 */
export function passOf({done, failed, expired, missing}: BatchOutcomes): Pass | null {
	const requests = done + failed + expired + missing;
	return requests === 0 ? null : {requests, passed: done + expired};
}

/** Not one that passes is bad under any ratio. */
export function isBadPass({requests, passed}: Pass, minPassRatio: number): boolean {
	return passed === 0 || passed / requests < minPassRatio;
}

/** Why too many bad passes in a row stop the run; null while they do not, or it is stopped already. */
export function passGuardReason({guard}: RunState, settings: GuardSettings): string | null {
	if (guard.tripped !== null || guard.badPasses < settings.maxPassFailures) {
		return null;
	}

	const times = guard.badPasses === 1 ? 'a pass' : `${guard.badPasses} passes in a row`;
	return `${times} had less than ${Math.round(settings.minPassRatio * 100)} % good results`;
}

/** The program may count one more batch that failed as a whole as failed, without asking a person. */
export function mayProcessFailed({session}: RunState, {processFailedBatches}: GuardSettings): boolean {
	return processFailedBatches < 0 || session.failedBatches < processFailedBatches;
}

/** Below this a guess about the limit is not lowered: no account has less, and shards would shrink to nothing. */
const leastGuess = 20_000;

/**
 * The enqueued-token limit of a queue, after the API refused a batch for it. The message tells it as a rule. Where it
 * does not, or where by our count the batch should have fitted (others use the account too, and our count is a
 * prediction), what is enqueued beside it did fit, and half of it may.
 */
export function learnedLimit(state: RunState, batch: BatchState): number {
	const queue = state.queues[batch.queue];
	const told = batch.rejection?.tokenLimit ?? null;
	let enqueued = 0;
	for (const other of state.batches.values()) {
		enqueued += other !== batch && other.queue === batch.queue && isRemote(other) ? other.input : 0;
	}

	const isPuzzle = told !== null && enqueued + batch.input <= told && queue?.releases['token-limit'];
	if (told !== null && !isPuzzle) {
		return told;
	}

	const guess = Math.max(enqueued, Math.floor(batch.input / 2), leastGuess);
	return Math.min(guess, told ?? guess, queue?.enqueuedLimit ?? guess);
}
