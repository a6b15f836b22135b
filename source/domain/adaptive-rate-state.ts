import type {Chance, Trial} from './chance-trial.ts';
import type {Cut} from './cuts.ts';
import {type StartSlice, windowMs} from './recent-starts.ts';

/**
 * The pace of one queue, learned from the refusals of its server. Nothing is known of the limit, nor of its kind
 * (a sliding window, a token bucket, an even pace), so the server is the measure:
 *
 *   open ──a call is refused──► closed ──time──► probing (one call) ──let in──► open, at what was let in since the
 *                                 ▲                  │                          last opening, by the time that took
 *                                 └─────refused──────┘ later each time
 *
 * Refusals of calls that had left before the queue closed belong to the same episode. What was let in between two
 * openings, the closed time included, is what the limit allows, whatever its kind: a full window stays shut for
 * most of a minute, a bucket for a moment. From there the pace grows slowly until it meets the limit again.
 *
 * Some servers refuse a part of all calls however slowly they come. Pausing and slowing down do not help there: when
 * other calls came through, a trial finds out (`chance-trial.ts`), and from then on only more refusals than chance
 * explains are an episode. Every request waits by itself before it is tried again.
 */
export type AdaptiveRate = {
	phase: 'open' | 'closed' | 'probing';
	/** Calls a second; Infinity while no refusal has taught one. */
	pace: number;
	/** Up to here the pace doubles each second. */
	target: number;
	/** The pace that is known to be too fast; towards it the pace grows quickly. */
	refusedPace: number;
	/** When an evenly paced sender would send. */
	paceAt: number;
	grownAt: number;
	/** The pace kept a call waiting since it last grew. */
	wasInTheWay: boolean;
	/** Calls so far, as a call is known by its number. */
	started: number;
	openedAt: number;
	/** Calls that were started before, and refusals of later ones. */
	openedWith: number;
	refused: number;
	/** The episode: when it began, with which call, how many had left by then, and how many of those were refused. */
	closedAt: number;
	firstRefused: number;
	closedWith: number;
	refusedAfter: number;
	/** Let in during the minute before. */
	minuteBefore: number;
	/** Closed: when the probe may leave. Probing: when it counts as let in, as refusals come fast. */
	probeAt: number;
	probe: number;
	probeDelayMs: number;
	probesRefused: number;
	/** How long a refusal is held to take. */
	refusalMs: number;
	readonly firstDelayMs: number;
	readonly longestDelayMs: number;
	trial: Trial | null;
	/** Refusals that are not to be slowed down for. */
	chance: Chance | null;
	/** Calls a second before the last episode, and episodes in a row that were each at a lower pace. */
	sentPace: number;
	declines: number;
	/** Episodes so far. */
	cuts: number;
	/** The newest of them, oldest first. */
	lastCuts: readonly Cut[];
};

/** Calls a second. */
export const slowestStart = 1;
/** Fewer recent starts than this are no rush that a new session would go on with. */
const fewStarts = 60;

/** `backoff` bounds the time between probes; `recentStarts` of a limited queue keep a new session from rushing in. */
export function createAdaptiveRate(
	backoff: {readonly initialMs: number; readonly maxMs: number},
	recentStarts: readonly StartSlice[],
	wasLimited: boolean,
	now: number,
): AdaptiveRate {
	const recent = wasLimited ? startsWithin(recentStarts, now) : 0;
	return {
		phase: 'open',
		pace: recent >= fewStarts ? Math.max(slowestStart, (recent * 1000) / windowMs) : Number.POSITIVE_INFINITY,
		target: Number.POSITIVE_INFINITY,
		refusedPace: Number.POSITIVE_INFINITY,
		paceAt: 0,
		grownAt: now,
		wasInTheWay: false,
		started: 0,
		openedAt: 0,
		openedWith: 0,
		refused: 0,
		closedAt: 0,
		firstRefused: 0,
		closedWith: 0,
		refusedAfter: 0,
		minuteBefore: 0,
		probeAt: 0,
		probe: 0,
		probeDelayMs: 0,
		probesRefused: 0,
		refusalMs: 0,
		firstDelayMs: Math.min(500, Math.ceil(backoff.initialMs / 2)),
		longestDelayMs: Math.max(1, Math.min(10000, backoff.maxMs)),
		trial: null,
		chance: null,
		sentPace: Number.POSITIVE_INFINITY,
		declines: 0,
		cuts: 0,
		lastCuts: [],
	};
}

/** Starts of the last minute. */
export function startsWithin(recentStarts: readonly StartSlice[], now: number): number {
	return recentStarts.reduce((sum, {to, calls}) => sum + (to > now - windowMs && to <= now ? calls : 0), 0);
}
