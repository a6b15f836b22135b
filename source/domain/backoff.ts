import type {Consequence, FailureKind} from './failure.ts';
import type {RetrySettings} from './settings.ts';

/** What follows from a failed attempt, as the journal records it. */
export type Sequel = {
	readonly sequel: Consequence;
	readonly retryAt: number | null;
	/** The server said when. */
	readonly hinted: boolean;
};

/** What a request has used up since its last fresh budget. */
export type UsedUp = {
	readonly retries: number;
	readonly waits: number;
	/** How often it was requeued for the same kind of failure, and how often it may be. */
	readonly rounds: number;
	readonly mostRounds: number;
};

/** Batches that expired over a request, or left it out, before it fails. */
export const mostRoundsOf: {readonly [K in FailureKind]?: number} = {expired: 5, missing: 1};

/** A hint is never undercut; so that not all come back at the same instant they are spread over this much more. */
const hintSpread = 0.1;

/** `Columns` counts retries and waits in one byte each. */
const mostCounted = 255;

/**
 * The one place that decides on a retry and computes its delay. Without a hint the delay is full jitter under a
 * doubling bound (AWS Architecture Blog, "Exponential Backoff And Jitter"): uniform in [0, min(max, initial·2^n)].
 */
export function sequelOf(
	consequence: Consequence,
	used: UsedUp,
	retryHintMs: number | null,
	settings: RetrySettings,
	now: number,
	random: () => number,
): Sequel {
	if (consequence === 'requeue') {
		return {sequel: used.rounds < used.mostRounds ? 'requeue' : 'fail', retryAt: null, hinted: false};
	}

	const isRetry = consequence === 'retry' || (consequence === 'fail' && settings.retryFatal);
	const step = isRetry ? used.retries : used.waits;
	const allowed = Math.min(mostCounted, isRetry ? settings.maxRetries : settings.maxWaits);
	if (consequence === 'hold' || (consequence === 'fail' && !isRetry) || step >= allowed) {
		return {sequel: consequence === 'hold' ? 'hold' : 'fail', retryAt: null, hinted: false};
	}

	// "At once" is no hint: obeyed, it would use up every wait within a second.
	const hinted = retryHintMs !== null && retryHintMs > 0 && Number.isFinite(retryHintMs);
	const delayMs = hinted
		? retryHintMs * (1 + hintSpread * random())
		: Math.min(settings.maxMs, settings.initialMs * 2 ** step) * random();
	return {sequel: isRetry ? 'retry' : consequence, retryAt: Math.ceil(now + delayMs), hinted};
}

const shortestStepMs = 2000;
const longestStepMs = 60_000;

/**
 * When a failed operation on a batch is tried again, after it failed `times` times in a row before: from 2 s to a
 * minute, as a batch takes hours anyway, and never before the server's hint.
 */
export function stepRetryAt(
	times: number,
	retryHintMs: number | null,
	now: number,
	random: () => number,
): number {
	const boundMs = Math.min(longestStepMs, shortestStepMs * 2 ** Math.min(times, 16));
	const ownMs = boundMs * (0.5 + 0.5 * random());
	const hinted = retryHintMs !== null && retryHintMs > 0 && Number.isFinite(retryHintMs);
	return Math.ceil(now + Math.max(ownMs, hinted ? retryHintMs * (1 + hintSpread * random()) : 0));
}

const shortestResubmitMs = 30_000;
const longestResubmitMs = 600_000;

/** When a batch may be submitted again after `times` refusals in a row before, for too many enqueued tokens. */
export function resubmitAt(times: number, now: number, random: () => number): number {
	const boundMs = Math.min(longestResubmitMs, shortestResubmitMs * 2 ** Math.min(times, 16));
	return Math.ceil(now + boundMs * (0.5 + 0.5 * random()));
}
