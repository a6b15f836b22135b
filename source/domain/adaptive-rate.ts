import {type AdaptiveRate, slowestStart, startsWithin} from './adaptive-rate-state.ts';
import {beginTrial, findOut, mostByChance, noteByChance, noteOnTrial, type Trial} from './chance-trial.ts';
import {addCut, endCut} from './cuts.ts';
import {type StartSlice, windowMs} from './recent-starts.ts';

/** Timers are late: the pace catches up by so much, and no call comes early, as some servers count intervals. */
const latenessMs = 20;
/** A probe that is not refused by then was let in: an answer may take minutes, a refusal does not. */
const longestPatienceMs = 1000;
/** The pace starts a little below what was let in. */
const caution = 0.97;
/** From fewer calls no pace is known. */
const enoughLetIn = 20;
/** Where other calls came through, one episode cuts no deeper. */
const deepestCut = 0.75;
/** Fewer are told from a limit only when they come again and again. */
const fewRefused = 0.04;
/** Episodes in a row, each at a lower pace than the one before, of which a trial finds out. */
const fewDeclines = 2;
/** Where one in hundreds is refused, a trial of a few hundred calls shows none or one. */
const longTrialCalls = 1200;
const longTrialS = 5;
/** The last of those out left just before the first was refused, and its refusal may take twice as long. */
const settledAfter = 2;
/** Calls that were out from which a closed server is told. */
const enoughOut = 8;
/** Refused, at least so many and nearly all: the server was shut. */
const fewestShut = 5;
const shutPart = 0.85;

/** Null when a call may start, else when to ask again. */
export function adaptiveGate(rate: AdaptiveRate, now: number): number | null {
	if (rate.phase !== 'open' && rate.probeAt <= now) {
		const isOpen = rate.phase === 'closed' && seemsOpen(rate);
		const settledAt = rate.closedAt + settledAfter * rate.refusalMs;
		if (isOpen && now < settledAt) {
			return Math.ceil(settledAt);
		}

		if (isOpen || rate.phase === 'probing') {
			reopen(rate, now);
		}
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
		rate.probeAt = now + Math.min(longestPatienceMs, Math.max(100, 4 * rate.refusalMs));
	} else if (rate.pace !== Number.POSITIVE_INFINITY) {
		rate.paceAt = Math.max(rate.paceAt, now - latenessMs) + 1000 / rate.pace;
	}

	return rate.started;
}

/** The server took a call in, whatever it answered. */
export function noteAdmission(rate: AdaptiveRate, call: number, now: number): void {
	if (rate.phase === 'probing' && call === rate.probe) {
		reopen(rate, now);
	}
}

/** The server refused a call for its rate. */
export function noteRefusal(
	rate: AdaptiveRate,
	call: number,
	startedAt: number,
	recentStarts: readonly StartSlice[],
	now: number,
	reason: string,
): void {
	rate.refused += call > rate.openedWith ? 1 : 0;
	if (rate.phase === 'probing' && call === rate.probe) {
		rate.probesRefused++;
		const isShut = rate.probesRefused > 3 || rate.closedWith - rate.firstRefused >= enoughOut;
		rate.probeDelayMs = Math.min(rate.longestDelayMs, rate.probeDelayMs * (isShut ? 3 : 1));
		close(rate, recentStarts, now);
		return;
	}

	if (call <= rate.closedWith) {
		rate.refusedAfter += call > rate.firstRefused ? 1 : 0;
		return;
	}

	if (isExplained(rate, call)) {
		return;
	}

	rate.trial = null;
	rate.firstRefused = call;
	rate.refusedAfter = 0;
	rate.probesRefused = 0;
	rate.refusalMs = Math.max(1, now - startedAt);
	rate.closedAt = now;
	rate.closedWith = rate.started;
	rate.minuteBefore = Math.max(0, startsWithin(recentStarts, now) - rate.refused);
	rate.probeDelayMs = firstDelay(rate);
	rate.cuts++;
	rate.lastCuts = addCut(rate.lastCuts, now, reason, sendingRate(rate));
	close(rate, recentStarts, now);
}

/** It is no news: a trial counts it, or chance explains it. */
function isExplained(rate: AdaptiveRate, call: number): boolean {
	const {trial, chance, started} = rate;
	if (trial !== null) {
		return call <= trial.from || noteOnTrial(trial, call, started);
	}

	const found = chance === null ? 'none' : noteByChance(chance, call, started);
	rate.chance = found === 'none' ? null : chance;
	return found === 'expected';
}

function learnFromTrial(rate: AdaptiveRate, trial: Trial, now: number): void {
	const finding = findOut(trial, rate.started, rate.refusalMs, now);
	rate.pace = trial.pace;
	if (finding === null) {
		return;
	}

	rate.trial = null;
	const isMany = rate.declines > fewDeclines;
	rate.declines = 0;
	if (finding.kind === 'limit') {
		rate.chance = trial.refused === 0 ? null : rate.chance;
		rate.refusedPace = trial.sentPace * (1 - trial.shareBefore);
		rate.target = isMany ? rate.refusedPace : rate.pace;
		return;
	}

	rate.pace = trial.sentPace;
	rate.target = trial.sentPace;
	if (finding.kind === 'chance') {
		rate.chance = {share: finding.share, from: rate.started, refused: 0};
		rate.target = trial.paceBefore;
		rate.refusedPace = trial.paceBefore;
	}
}

/** Of many calls that were out, most came through: no probe is needed. */
function seemsOpen(rate: AdaptiveRate): boolean {
	const after = rate.closedWith - rate.firstRefused;
	return rate.probesRefused === 0 && after >= enoughOut && !isShut(rate);
}

function isShut(rate: AdaptiveRate): boolean {
	const {closedWith, firstRefused, refusedAfter, probesRefused} = rate;
	const refused = refusedAfter + probesRefused;
	return refused >= fewestShut && refused >= shutPart * (closedWith - firstRefused);
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
	const {openedAt, openedWith, closedWith, probesRefused} = rate;
	const isProbed = rate.phase === 'probing';
	const shut = isShut(rate);
	const isLong = now - openedAt > 2 * windowMs;
	const calls = closedWith - probesRefused - openedWith;
	const letIn = isLong ? rate.minuteBefore : rate.started - (isProbed ? 1 : 0) - openedWith - rate.refused;
	const allowed =
		(Math.max(1, letIn) * 1000) /
		(isLong ? windowMs : Math.max(letIn < 1 ? 1000 : 1, (shut ? now : rate.closedAt) - openedAt)) /
		(1 - (rate.chance?.share ?? 0));
	const sentPace = sendingRate(rate);
	const isSure =
		sentPace < 1.3 * allowed ||
		(probesRefused > 2 && letIn >= enoughLetIn && rate.probeDelayMs < 0.3 * (now - openedAt));
	const paceBefore = rate.pace;
	// Refused again while it waited, the server was shut all the time: what it let in is what it allows.
	rate.refusedPace = isSure ? allowed : sentPace;
	const lastMinute = (rate.minuteBefore * 1000) / windowMs;
	// Shut right after it opened, its last minute says more than what it let in since.
	rate.target = Math.max(allowed, shut ? lastMinute : sentPace * deepestCut) * caution;
	rate.pace = shut ? Math.min(rate.target, Math.max(slowestStart, lastMinute)) : rate.target;
	const out = closedWith - rate.firstRefused;
	const share = Math.max(rate.refused / calls, out >= enoughOut ? rate.refusedAfter / out : 0);
	rate.declines = shut ? 0 : sentPace < 0.98 * rate.sentPace ? rate.declines + 1 : 0;
	rate.sentPace = sentPace;
	if (!shut && share <= mostByChance && (rate.declines > fewDeclines || share > fewRefused)) {
		const fewestCalls = rate.declines > fewDeclines ? Math.max(longTrialCalls, longTrialS * rate.pace) : 0;
		const mostCalls = Math.max(150, fewestCalls);
		const before = {paceBefore, sentPace, shareBefore: share};
		rate.trial = beginTrial({...before, fewestCalls, mostCalls}, rate.started, now);
		rate.pace = rate.trial.pace;
	}

	if (rate.chance !== null) {
		rate.chance.from = rate.started;
		rate.chance.refused = 0;
	}

	rate.lastCuts = endCut(rate.lastCuts, rate.pace);
	rate.phase = 'open';
	rate.openedAt = now;
	rate.openedWith = rate.started - (isProbed ? 1 : 0);
	rate.refused = 0;
	rate.paceAt = now + 1000 / rate.pace;
	rate.grownAt = now;
	rate.wasInTheWay = false;
}

/** A few calls' time, so that a brief refusal costs little at any pace, and until refusals of those out are in. */
function firstDelay(rate: AdaptiveRate): number {
	const intervalMs = 1000 / sendingRate(rate);
	const brief = Math.min(Math.max(rate.firstDelayMs, intervalMs), Math.max(20, 5 * intervalMs));
	return Math.min(longestPatienceMs, Math.max(brief, rate.refusalMs));
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
	if (rate.trial !== null) {
		learnFromTrial(rate, rate.trial, now);
	}

	if (now - rate.grownAt < 1000) {
		return;
	}

	if (rate.wasInTheWay && rate.trial === null) {
		// Among refusals by chance a limit shows late.
		const mostQuiet = rate.chance === null ? 5 : 1;
		const quiet = Math.min(mostQuiet, Math.floor((now - rate.openedAt) / 20_000));
		const gap = (rate.refusedPace - rate.pace) / rate.pace;
		const part = Math.min(0.25, Math.max(gap / 10, 0.003 * 2 ** quiet));
		rate.pace = rate.pace < rate.target ? Math.min(rate.target, rate.pace * 2) : rate.pace * (1 + part);
	}

	rate.wasInTheWay = false;
	rate.grownAt = now;
}
