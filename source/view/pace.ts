import {type AttemptEvent, type AttemptFailed, hasOutcome, type RunEvent} from '../domain/event.ts';
import {causeOf} from '../domain/failure.ts';
import {countsForCall} from '../domain/sharing.ts';
import {addLatency, createLatencies, type Latencies} from './latencies.ts';
import {add, clear, createMovingSums, type MovingSums, spanMs, total} from './moving-sums.ts';

/** How the run goes just now, measured from its events as they come: gone with the process. */
export type Pace = {
	/** When the session began or the run was last resumed; null before. */
	since: number | null;
	/** Requests finished since then. */
	finishedSince: number;
	/** Requests finished, over 60 s. */
	readonly finished: MovingSums;
	/** Those of them that went direct: what comes by batch comes all at once, and has no rate. */
	readonly direct: {
		finishedSince: number;
		lastAt: number;
		readonly finished: MovingSums;
		/** Over 60 s, in columns: attempts that ended, those that are tried again, and how long they wait in ms. */
		readonly retried: MovingSums;
	};
	/** Over 10 s, in columns: attempts answered, attempts refused by a rate limit. */
	readonly outcomes: MovingSums;
	/** The last attempt of all that was answered or refused was refused. */
	lastWasRefused: boolean;
	/** Picodollars of direct calls, over 5 minutes. */
	readonly spent: MovingSums;
	/** Picodollars of batches in this session: they come all at once when a batch is collected. */
	spentByBatch: number;
	readonly latencies: Latencies;
	/** Failed attempts by cause, in slices of 10 s over 2 minutes. */
	readonly causes: Map<string, MovingSums>;
};

const answeredColumn = 0;
const refusedColumn = 1;

const endedColumn = 0;
const retriedColumn = 1;
const waitColumn = 2;
/** More failures of one request in a row than this are not foreseen. */
const mostRetries = 3;

export function createPace(): Pace {
	return {
		since: null,
		finishedSince: 0,
		finished: createMovingSums(1000, 60),
		direct: {
			finishedSince: 0,
			lastAt: 0,
			finished: createMovingSums(1000, 60),
			retried: createMovingSums(10_000, 6, 3),
		},
		outcomes: createMovingSums(1000, 10, 2),
		lastWasRefused: false,
		spent: createMovingSums(10_000, 30),
		spentByBatch: 0,
		latencies: createLatencies(),
		causes: new Map(),
	};
}

export function observePace(pace: Pace, event: RunEvent): void {
	switch (event.type) {
		case 'session-started':
			pace.spentByBatch = 0;
			restart(pace, event.at);
			return;
		case 'resumed':
			restart(pace, event.at);
			return;
		case 'answers-shared':
			finish(pace, event, event.indexes.length);
			return;
		case 'attempt-answered':
			if (!event.more && !event.unjudged) {
				finish(pace, event);
			}

			spend(pace, event);
			if (event.lane === 'batch' || !countsForCall(event)) {
				return;
			}

			add(pace.outcomes, event.at, 1, answeredColumn);
			add(pace.direct.retried, event.at, 1, endedColumn);
			pace.lastWasRefused = false;
			addLatency(pace.latencies, event.at, event.at - event.startedAt);
			return;
		case 'answer-accepted':
			finish(pace, event);
			return;
		case 'answer-refused':
			if (event.sequel === 'fail') {
				finish(pace, event);
			}

			add(cause(pace, causeOf(event.failure)), event.at, 1);
			return;
		case 'attempt-failed':
			if (hasOutcome(event.sequel)) {
				finish(pace, event);
			}

			if (!countsForCall(event)) {
				return;
			}

			noteRetry(pace, event);
			if (event.failure.kind === 'rate_limit' && event.lane === 'direct') {
				add(pace.outcomes, event.at, 1, refusedColumn);
				pace.lastWasRefused = true;
			}

			spend(pace, event);
			add(cause(pace, causeOf(event.failure)), event.at, 1);
			return;
		default:
	}
}

/** Finished requests a second over the last minute; null before one finished, and in the first second. */
export function finishedPerSecond(pace: Pace, now: number): number | null {
	if (pace.since === null || pace.finishedSince === 0 || now - pace.since < 1000) {
		return null;
	}

	return (total(pace.finished, now) * 1000) / spanMs(pace.finished, now, pace.since);
}

/**
 * Picodollars an hour: of direct calls over the last 5 minutes, of batches over the session. Null before anything
 * was spent, and in the first 10 s.
 */
export function spentPerHour(pace: Pace, sessionStartedAt: number, now: number): number | null {
	const spent = total(pace.spent, now);
	if (spent + pace.spentByBatch === 0 || now - sessionStartedAt < 10_000) {
		return null;
	}

	const direct = spent / spanMs(pace.spent, now, sessionStartedAt);
	return (direct + pace.spentByBatch / (now - sessionStartedAt)) * 3_600_000;
}

export function outcomesNow(pace: Pace, now: number): {readonly answered: number; readonly refused: number} {
	return {
		answered: total(pace.outcomes, now, answeredColumn),
		refused: total(pace.outcomes, now, refusedColumn),
	};
}

/** How much longer the last calls will take because some of them will fail and be tried again, as others were. */
export function retryTailMs(pace: Pace, now: number, callMs: number, out: number): number {
	const {retried} = pace.direct;
	const again = total(retried, now, retriedColumn);
	const share = again / Math.max(1, total(retried, now, endedColumn));
	const waitMs = total(retried, now, waitColumn) / Math.max(1, again);
	let rounds = 0;
	for (let left = out * share; left >= 0.5 && rounds < mostRetries; left *= share) {
		rounds++;
	}

	return rounds * (waitMs + callMs);
}

function noteRetry({direct}: Pace, {lane, sequel, at, retryAt}: AttemptFailed): void {
	if (lane === 'direct') {
		add(direct.retried, at, 1, endedColumn);
		add(direct.retried, at, sequel === 'retry' ? 1 : 0, retriedColumn);
		add(direct.retried, at, sequel === 'retry' ? (retryAt ?? at) - at : 0, waitColumn);
	}
}

function restart(pace: Pace, at: number): void {
	pace.since = at;
	pace.finishedSince = 0;
	pace.direct.finishedSince = 0;
	clear(pace.finished);
	clear(pace.direct.finished);
}

function spend(pace: Pace, {at, lane, costPico}: AttemptEvent): void {
	if (lane === 'batch') {
		pace.spentByBatch += costPico ?? 0;
	} else {
		add(pace.spent, at, costPico ?? 0);
	}
}

function finish(pace: Pace, {at, lane}: Pick<AttemptEvent, 'at' | 'lane'>, requests = 1): void {
	pace.finishedSince += requests;
	add(pace.finished, at, requests);
	if (lane === 'direct') {
		pace.direct.finishedSince += requests;
		pace.direct.lastAt = at;
		add(pace.direct.finished, at, requests);
	}
}

function cause(pace: Pace, name: string): MovingSums {
	let sums = pace.causes.get(name);
	if (!sums) {
		sums = createMovingSums(10_000, 12);
		pace.causes.set(name, sums);
	}

	return sums;
}
