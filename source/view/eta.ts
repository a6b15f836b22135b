import {bySlice, spanMs, total} from './moving-sums.ts';
import type {Pace} from './pace.ts';
import type {Phase} from './phase-name.ts';

/** Hidden until this much time or this many requests have passed, whichever is first. */
const hiddenMs = 30_000;
const hiddenRequests = 50;

const stalledMs = 30_000;

/** Of a normal distribution 90% lie this many standard errors around the mean. */
const standardErrors = 1.64;

/** Phases in which requests should finish. */
const goingOn: ReadonlySet<Phase> = new Set<Phase>(['RUNNING', 'THROTTLED', 'OFFLINE', 'WAITING']);

export type EtaFacts = {
	readonly phase: Phase;
	/** Requests without an outcome whose queue is not held. */
	readonly remaining: number;
	/** When the last request finished, in this session or before. */
	readonly lastFinishedAt: number;
	/** When the last of the waiting requests comes due; null when none waits or too many to look at do. */
	readonly lastRetryAt: number | null;
	readonly inFlight: number;
	/** How long the call that began last may still be out. */
	readonly tailMs: number;
	/**
	 * When the last of the open batches expires: requests in batches have no rate. `none`: there are no batches. Null:
	 * some have yet to be submitted.
	 */
	readonly batchesUntil: number | 'none' | null;
};

/** Time until the last request that can has its outcome, from the moving rate, with the range of its 90% interval. */
export function etaOf(pace: Pace, now: number, facts: EtaFacts): Eta {
	const {since} = pace;
	const {finishedSince} = pace.direct;
	if (since === null || facts.remaining === 0 || !goingOn.has(facts.phase)) {
		return null;
	}

	if (facts.batchesUntil !== 'none') {
		return facts.batchesUntil === null ? null : {atMostMs: Math.max(0, facts.batchesUntil - now)};
	}

	if (now - Math.max(since, facts.lastFinishedAt) >= stalledMs) {
		return 'stalled';
	}

	if (finishedSince === 0 || (now - since < hiddenMs && finishedSince < hiddenRequests)) {
		return null;
	}

	const finished = total(pace.direct.finished, now);
	if (finished === 0) {
		return null;
	}

	const msEach = spanMs(pace.direct.finished, now, since) / finished;
	const ms = Math.max(
		facts.remaining * msEach,
		// At the end the rate falls: nothing starts any more, and the slowest call decides.
		(facts.remaining - facts.inFlight) * msEach + facts.tailMs,
		(facts.lastRetryAt ?? now) - now,
	);
	const spread = standardErrors * relativeError(pace, now, since, finished);
	return {ms, plusMinusMs: Math.min(ms, Math.hypot(ms * spread, facts.tailMs))};
}

/** By lane: what goes direct by its rate, whatever batches are out, and the latest that batches end. */
export function laneEtasOf(
	pace: Pace,
	now: number,
	facts: EtaFacts,
	directRemaining: number,
): {readonly direct: Eta; readonly batch: Eta} {
	const {batchesUntil} = facts;
	return {
		direct: etaOf(pace, now, {
			...facts,
			remaining: directRemaining,
			lastFinishedAt: pace.direct.lastAt,
			batchesUntil: 'none',
		}),
		batch: typeof batchesUntil === 'number' ? {atMostMs: Math.max(0, batchesUntil - now)} : null,
	};
}

/** By count alone (a Poisson process), or by how much the rate itself moved within the window if that is more. */
function relativeError(pace: Pace, now: number, since: number, finished: number): number {
	const byCount = 1 / Math.sqrt(finished);
	const complete = bySlice(pace.direct.finished, now).slice(0, -1);
	const seen = complete.slice(Math.max(0, complete.length - Math.floor((now - since) / 1000) + 1));
	const groups = inTens(seen);
	if (groups.length < 3) {
		return byCount;
	}

	const mean = groups.reduce((sum, value) => sum + value, 0) / groups.length;
	const variance = groups.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (groups.length - 1);
	return mean === 0 ? byCount : Math.max(byCount, Math.sqrt(variance / groups.length) / mean);
}

/** Sums of 10 slices each, from the newest backwards; a rest is left out. */
function inTens(slices: readonly number[]): number[] {
	const groups: number[] = [];
	for (let end = slices.length; end >= 10; end -= 10) {
		groups.push(slices.slice(end - 10, end).reduce((sum, value) => sum + value, 0));
	}

	return groups;
}

/** `atMostMs`: what is left is in batches, which end at their expiry at the latest. */

export type Eta =
	| {readonly ms: number; readonly plusMinusMs: number}
	| {readonly atMostMs: number}
	| 'stalled'
	| null;
