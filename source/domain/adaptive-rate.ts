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
 * Some servers refuse a part of all calls however slowly they come. Pausing and slowing down do not help there:
 * after several short episodes in which other calls came through, refusals are only counted (`tolerant`), until
 * most calls are refused.
 */
export type AdaptiveRate = {
	phase: 'open' | 'closed' | 'probing';
	/** Calls a second; Infinity while no refusal has taught one. */
	pace: number;
	/** Up to here the pace doubles each second. */
	target: number;
	/** The pace that is known to be too fast; towards it the pace grows quickly. */
	refusedPace: number;
	/** Calls a second before the last episode. */
	sentPace: number;
	/** When an evenly paced sender would send. */
	paceAt: number;
	grownAt: number;
	/** The pace kept a call waiting since it last grew. */
	wasInTheWay: boolean;
	/** Calls so far, as a call is known by its number; and refusals. */
	started: number;
	refusedInAll: number;
	openedAt: number;
	/** Calls that were started before, and refusals of later ones. */
	openedWith: number;
	refused: number;
	/** The episode: when it began, with which call, how many had left by then, and how many of those were refused. */
	closedAt: number;
	/** Let in during the minute before. */
	minuteBefore: number;
	firstRefused: number;
	closedWith: number;
	refusedAfter: number;
	/** Closed: when the probe may leave. Probing: when it counts as let in, as refusals come fast. */
	probeAt: number;
	probe: number;
	probeDelayMs: number;
	probesRefused: number;
	readonly firstDelayMs: number;
	readonly longestDelayMs: number;
	/** Episodes in a row, each at a lower pace than the one before, and how things stood before the first. */
	declines: number;
	before: {readonly pace: number; readonly started: number; readonly refused: number};
	tolerant: boolean;
	/** The refused part from which on it is a limit after all. */
	tolerated: number;
	/** Refused part of the last calls, 0 to 1. */
	refusedShare: number;
	/** Episodes so far. */
	cuts: number;
	lastCut: {readonly at: number; readonly reason: string} | null;
};

/** Timers are late: the pace catches up by so much, and no call comes early, as some servers count intervals. */
const latenessMs = 20;
/** A probe that is not refused by then was let in: an answer may take minutes, a refusal does not. */
const patienceMs = 1000;
/** The pace starts a little below what was let in. */
const caution = 0.97;
const slowestStart = 1;
/** Fewer recent starts than this are no rush that a new session would go on with. */
const fewStarts = 60;
/** Episodes in a row, each at a lower pace than the one before, after which the pace is not to blame. */
const mostDeclines = 8;
/** Nothing is concluded from slower ones: a pace of a few calls is no measure. */
const slowestDecline = 1;
/** So many calls at nearly the pace that the server allows are a measure. */
const enoughCalls = 100;
/** Where other calls came through, one episode cuts no deeper. */
const deepestCut = 0.75;

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
		sentPace: Number.POSITIVE_INFINITY,
		paceAt: 0,
		grownAt: now,
		wasInTheWay: false,
		started: 0,
		refusedInAll: 0,
		openedAt: 0,
		openedWith: 0,
		refused: 0,
		closedAt: 0,
		minuteBefore: 0,
		firstRefused: 0,
		closedWith: 0,
		refusedAfter: 0,
		probeAt: 0,
		probe: 0,
		probeDelayMs: 0,
		probesRefused: 0,
		firstDelayMs: Math.min(500, Math.ceil(backoff.initialMs / 2)),
		longestDelayMs: Math.max(1, Math.min(8000, backoff.maxMs)),
		declines: 0,
		before: {pace: Number.POSITIVE_INFINITY, started: 0, refused: 0},
		tolerant: false,
		tolerated: 0,
		refusedShare: 0,
		cuts: 0,
		lastCut: null,
	};
}

/** Null when a call may start, else when to ask again. */
export function adaptiveGate(rate: AdaptiveRate, now: number): number | null {
	if (rate.phase === 'probing' && rate.probeAt <= now) {
		reopen(rate, now);
	}

	if (rate.phase !== 'open') {
		return rate.probeAt <= now ? null : rate.probeAt;
	}

	if (rate.pace === Number.POSITIVE_INFINITY) {
		return null;
	}

	grow(rate, now);
	if (rate.paceAt <= now) {
		return null;
	}

	rate.wasInTheWay = true;
	return Math.ceil(rate.paceAt);
}

/** A call starts. Returns its number. */
export function noteStart(rate: AdaptiveRate, now: number): number {
	rate.started++;
	if (rate.openedAt === 0) {
		rate.openedAt = now;
	}

	if (rate.phase === 'closed') {
		rate.phase = 'probing';
		rate.probe = rate.started;
		rate.probeAt = now + patienceMs;
	} else if (rate.pace !== Number.POSITIVE_INFINITY) {
		rate.paceAt = Math.max(rate.paceAt, now - latenessMs) + 1000 / rate.pace;
	}

	return rate.started;
}

/** The server took a call in, whatever it answered. */
export function noteAdmission(rate: AdaptiveRate, call: number, now: number): void {
	rate.refusedShare -= rate.refusedShare / 64;
	if (rate.phase === 'probing' && call === rate.probe) {
		reopen(rate, now);
	}
}

/** The server refused a call for its rate. */
export function noteRefusal(
	rate: AdaptiveRate,
	call: number,
	recentStarts: readonly StartSlice[],
	now: number,
	reason: string,
): void {
	rate.refusedShare += (1 - rate.refusedShare) / 64;
	rate.refusedInAll++;
	rate.refused += call > rate.openedWith ? 1 : 0;
	if (rate.phase === 'probing' && call === rate.probe) {
		rate.probesRefused++;
		rate.probeDelayMs = Math.min(rate.longestDelayMs, rate.probeDelayMs * 2);
		close(rate, recentStarts, now);
	} else if (call <= rate.closedWith) {
		rate.refusedAfter += call > rate.firstRefused ? 1 : 0;
	} else if (!rate.tolerant || rate.refusedShare > rate.tolerated) {
		rate.tolerant = false;
		rate.firstRefused = call;
		rate.refusedAfter = 0;
		rate.probesRefused = 0;
		rate.closedAt = now;
		rate.closedWith = rate.started;
		rate.minuteBefore = Math.max(0, startsWithin(recentStarts, now) - rate.refused);
		rate.probeDelayMs = firstDelay(rate);
		rate.cuts++;
		rate.lastCut = {at: now, reason};
		close(rate, recentStarts, now);
	}
}

/** The first starts of a minute leave a sliding window at a known time: waiting longer would waste what it frees. */
function close(rate: AdaptiveRate, recentStarts: readonly StartSlice[], now: number): void {
	const freeAt = (recentStarts[0]?.from ?? now) + windowMs;
	const next = now + rate.probeDelayMs;
	rate.phase = 'closed';
	rate.closedWith = rate.started;
	rate.probeAt = freeAt > now + rate.firstDelayMs ? Math.min(next, freeAt) : next;
}

function reopen(rate: AdaptiveRate, now: number): void {
	const {openedAt, openedWith, closedWith, probesRefused, firstRefused, refusedAfter, probe} = rate;
	const isLong = now - openedAt > 2 * windowMs;
	const calls = closedWith - probesRefused - openedWith;
	const letIn = isLong ? rate.minuteBefore : probe - 1 - openedWith - rate.refused;
	const allowed = Math.max(1, letIn * 1000) / (isLong ? windowMs : Math.max(1, now - openedAt));
	const after = closedWith - probesRefused - firstRefused;
	const isShut = probesRefused > 2 || (after >= 2 && refusedAfter >= after * (after >= 5 ? 0.5 : 0.75));
	const sentPace = sendingRate(rate);
	const isSure =
		sentPace < 1.3 * allowed || (probesRefused > 1 && rate.probeDelayMs < 0.2 * (now - openedAt));
	const isSlower = sentPace < 0.9 * rate.sentPace && sentPace > slowestDecline;
	const isMeasured = isShut || (isSure && calls >= enoughCalls);
	const declines = isMeasured ? 0 : Math.max(0, rate.declines + (isSlower ? 1 : -1));
	rate.sentPace = sentPace;
	if (declines === 0) {
		rate.before = {pace: rate.pace, started: rate.started, refused: rate.refusedInAll};
	}

	const share = (rate.refusedInAll - rate.before.refused) / Math.max(1, rate.started - rate.before.started);
	rate.tolerant = declines >= mostDeclines && share < 0.5;
	rate.tolerated = Math.min(0.6, 0.06 + 1.3 * share);
	rate.declines = rate.tolerant ? 0 : declines;
	rate.refusedShare = rate.tolerant ? share : rate.refusedShare;
	// Refused again while it waited, the server was shut all the time: what it let in is what it allows.
	rate.refusedPace = isSure ? allowed : sentPace;
	rate.target = rate.tolerant
		? rate.before.pace
		: Math.max(allowed, isShut ? 0 : sentPace * deepestCut) * caution;
	rate.pace =
		isShut && !rate.tolerant
			? Math.min(rate.target, Math.max(slowestStart, (rate.minuteBefore * 1000) / windowMs))
			: rate.target;
	rate.phase = 'open';
	rate.openedAt = now;
	rate.openedWith = probe - 1;
	rate.refused = 0;
	rate.paceAt = now + 1000 / rate.pace;
	rate.grownAt = now;
	rate.wasInTheWay = false;
}

/** A few calls' time, so that a brief refusal costs little at any pace. */
function firstDelay(rate: AdaptiveRate): number {
	const intervalMs = 1000 / sendingRate(rate);
	return Math.min(Math.max(rate.firstDelayMs, intervalMs), Math.max(20, 5 * intervalMs));
}

/** Calls a second when the queue closed: the pace, unless fewer calls left than it allowed. */
function sendingRate(rate: AdaptiveRate): number {
	const {pace, closedWith, probesRefused, openedWith, closedAt, openedAt} = rate;
	const calls = Math.max(1, closedWith - probesRefused - openedWith);
	const average = (calls * 1000) / Math.max(1, closedAt - openedAt);
	return pace < Number.POSITIVE_INFINITY && rate.paceAt > closedAt - 1000 ? pace : Math.min(pace, average);
}

/** Fast where the limit is known to be higher, slowly near it, and faster again when it is not met for minutes. */
function grow(rate: AdaptiveRate, now: number): void {
	if (now - rate.grownAt < 1000) {
		return;
	}

	if (rate.wasInTheWay) {
		const quiet = Math.min(5, Math.floor((now - rate.openedAt) / 20_000));
		const gap = (rate.refusedPace - rate.pace) / rate.pace;
		const part = Math.min(0.25, Math.max(gap / 10, 0.003 * 2 ** quiet));
		rate.pace = rate.pace < rate.target ? Math.min(rate.target, rate.pace * 2) : rate.pace * (1 + part);
	}

	rate.wasInTheWay = false;
	rate.grownAt = now;
}

function startsWithin(recentStarts: readonly StartSlice[], now: number): number {
	return recentStarts.reduce((sum, {to, calls}) => sum + (to > now - windowMs && to <= now ? calls : 0), 0);
}
