/**
 * Calls at a lower pace, twice: they tell a limit from chance. What a limit allows is the pace less the refused part,
 * so well below that it refuses none; a server that refuses by chance refuses as many at any pace.
 */
export type Trial = {
	/** The pace before, and calls a second then. */
	readonly paceBefore: number;
	readonly sentPace: number;
	/** The part refused then. */
	readonly shareBefore: number;
	/** Of one level; it ends early once enough were refused. */
	readonly fewestCalls: number;
	readonly mostCalls: number;
	level: 1 | 2;
	/** Calls a second of this level. */
	pace: number;
	/** It is of so many calls after this one, and decided a little after the last, when their refusals are in. */
	from: number;
	calls: number;
	beganAt: number;
	endsAt: number | null;
	refused: number;
	/** The part that is refused if it is by chance. */
	share: number;
	/** Calls a second that really left at the first level. */
	sentBefore: number;
};

/** What a trial showed. `unsure`: refusals went on, but too few to tell. */
export type Finding = {readonly kind: 'limit' | 'unsure'} | {readonly kind: 'chance'; readonly share: number};

/** More than this is never chance. */
export const mostByChance = 0.55;
/** A verdict of chance on more would be dear where it is wrong: a bucket that empties refuses half for a while. */
const mostOfVerdict = 0.25;
/** So far below what a limit would allow, nothing is refused. */
const wellBelow = 0.8;
/** Of the expected refusals fewer than one in so many are no sign of chance. */
const leastOfExpected = 2.5;
/** The second level must really be slower than the first: where calls are slow, a pace may not be in the way at all. */
const slower = 0.85;
/** More refusals need not be waited for at the first level, and twice as many at the second. */
const enoughRefused = 6;
/** Calls may leave more slowly than the pace allows. */
const longestLevelMs = 30_000;
/** Refused in a row: a server that lets nothing in. */
const fewestShut = 8;
const shutPart = 0.85;

export function beginTrial(
	before: Pick<Trial, 'paceBefore' | 'sentPace' | 'shareBefore' | 'fewestCalls' | 'mostCalls'>,
	started: number,
	now: number,
): Trial {
	const trial: Trial = {
		...before,
		level: 1,
		pace: before.sentPace,
		from: 0,
		calls: 0,
		beganAt: now,
		endsAt: null,
		refused: 0,
		share: 0,
		sentBefore: 0,
	};
	beginLevel(trial, before.shareBefore, started, now);
	return trial;
}

/** Enough calls for a dozen refusals, within half a minute at this pace. */
function beginLevel(trial: Trial, share: number, started: number, now: number): void {
	trial.pace *= wellBelow * (1 - Math.min(share, mostByChance));
	trial.calls = Math.ceil(
		Math.min(trial.mostCalls, Math.max(48, trial.fewestCalls, 12 / share), Math.max(24, 30 * trial.pace)),
	);
	trial.share = share;
	trial.from = started;
	trial.beganAt = now;
	trial.endsAt = null;
	trial.refused = 0;
}

/** A call was refused. False when the server lets so little in that there is nothing to find out. */
export function noteOnTrial(trial: Trial, call: number, started: number): boolean {
	trial.refused += call > trial.from && call <= trial.from + trial.calls ? 1 : 0;
	if (trial.refused >= enoughRefused * trial.level) {
		trial.calls = Math.min(trial.calls, started - trial.from);
	}

	return trial.refused < fewestShut || trial.refused < shutPart * (started - trial.from);
}

/** Null while the trial goes on. A refusal takes `refusalMs`. */
export function findOut(trial: Trial, started: number, refusalMs: number, now: number): Finding | null {
	if (now - trial.beganAt > longestLevelMs) {
		trial.calls = Math.min(trial.calls, Math.max(1, started - trial.from));
	}

	if (started < trial.from + trial.calls) {
		return null;
	}

	trial.endsAt ??= now + 1.5 * refusalMs + 20;
	if (now < trial.endsAt) {
		return null;
	}

	const share = trial.refused / trial.calls;
	if (trial.level === 1 && trial.refused === 1) {
		return {kind: 'unsure'};
	}

	const isOther = share < trial.share / leastOfExpected || share > mostOfVerdict;
	if (trial.refused < 2 || (trial.level === 2 && isOther)) {
		return {kind: 'limit'};
	}

	const sent = (trial.calls * 1000) / Math.max(1, trial.endsAt - trial.beganAt);
	if (trial.level === 2 && sent <= slower * trial.sentBefore) {
		return {kind: 'chance', share: (share + trial.share) / 2};
	}

	// A machine that was slow at first may send more now; the next level is held against that.
	trial.sentBefore = Math.max(trial.sentBefore, sent);
	trial.level = 2;
	beginLevel(trial, share, started, now);
	return null;
}

/** The part that is refused by chance, and whether the latest calls bear it out. */
export type Chance = {
	readonly share: number;
	/** The latest calls are those after this one. */
	from: number;
	refused: number;
};

/** Takes down a refusal: as many as chance refuses, more than that, or too few to speak of chance. */
export function noteByChance(chance: Chance, call: number, started: number): 'expected' | 'more' | 'none' {
	const {share} = chance;
	if (started - chance.from > Math.max(512, 32 / share)) {
		if (chance.refused < 3) {
			return 'none';
		}

		chance.from = started;
		chance.refused = 0;
	}

	chance.refused += call > chance.from ? 1 : 0;
	const expected = share * (started - chance.from);
	const most = 1.1 * expected + 3.5 * Math.sqrt(expected * (1 - share) + 1);
	return chance.refused <= most ? 'expected' : 'more';
}
