import type {Consequence} from './failure.ts';
import type {RetrySettings} from './settings.ts';

/** What follows from a failed attempt, as the journal records it. */
export type Sequel = {
	readonly sequel: Consequence;
	readonly retryAt: number | null;
	/** The server said when. */
	readonly hinted: boolean;
};

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
	used: {readonly retries: number; readonly waits: number},
	retryHintMs: number | null,
	settings: RetrySettings,
	now: number,
	random: () => number,
): Sequel {
	const step = consequence === 'wait' ? used.waits : used.retries;
	const allowed = Math.min(mostCounted, consequence === 'wait' ? settings.maxWaits : settings.maxRetries);
	if (consequence === 'hold' || consequence === 'fail' || step >= allowed) {
		return {sequel: consequence === 'hold' ? 'hold' : 'fail', retryAt: null, hinted: false};
	}

	// "At once" is no hint: obeyed, it would use up every wait within a second.
	const hinted = retryHintMs !== null && retryHintMs > 0 && Number.isFinite(retryHintMs);
	const delayMs = hinted
		? retryHintMs * (1 + hintSpread * random())
		: Math.min(settings.maxMs, settings.initialMs * 2 ** step) * random();
	return {sequel: consequence, retryAt: Math.ceil(now + delayMs), hinted};
}
