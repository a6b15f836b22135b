import {adaptiveGate, noteAdmission, noteRefusal, noteStart} from './adaptive-rate.ts';
import {type AdaptiveRate, createAdaptiveRate} from './adaptive-rate-state.ts';
import {type Budget, limitBudget} from './budget.ts';
import {causeOf} from './failure.ts';
import {createHeaderRate, type HeaderRate, headerGate, noteHeaderStart, readHeaders} from './header-rate.ts';
import type {CallOutcome} from './ports.ts';
import {windowMs} from './recent-starts.ts';
import type {RateSettings, RunSettings} from './settings.ts';
import type {QueueState, RunState} from './state.ts';

/** What one queue learned of its server's limits, from refusals and from headers. */
export type QueueRate = {
	readonly adaptive: AdaptiveRate;
	readonly headers: HeaderRate;
	/** What a person allows. */
	readonly bounds: Pick<RateSettings, 'rpm' | 'tpm'>;
};

/** By queue; null where rates are not to adapt. */
export function createQueueRates(
	{
		queues,
		totals,
	}: {readonly queues: readonly Pick<QueueState, 'recentStarts'>[]; readonly totals: RunState['totals']},
	{rate, retry}: RunSettings,
	boundsOf: (queue: number) => QueueRate['bounds'],
	now: number,
): readonly (QueueRate | null)[] {
	const wasLimited = [...totals.failedAttempts.keys()].some(cause => cause.startsWith('rate_limit'));
	return queues.map(({recentStarts}, queue) =>
		rate.adaptive
			? {
					adaptive: createAdaptiveRate(retry, recentStarts, wasLimited, now),
					headers: createHeaderRate(),
					bounds: boundsOf(queue),
				}
			: null,
	);
}

/** Null when a call may start, else when to ask again. */
export function rateGate({adaptive, headers}: QueueRate, now: number): number | null {
	return adaptiveGate(adaptive, now) ?? headerGate(headers, now);
}

/** A call starts. Returns its number in the queue. */
export function takeRate({adaptive, headers}: QueueRate, now: number): number {
	noteHeaderStart(headers);
	return noteStart(adaptive, now);
}

/** A call came back: what it says about the limits. The budget follows the headers, within what a person set. */
export function learnRate(
	rate: QueueRate,
	outcome: Exclude<CallOutcome, {kind: 'aborted'}>,
	call: number,
	startedAt: number,
	queue: QueueState,
	budget: Budget,
	now: number,
): void {
	const {adaptive, headers, bounds} = rate;
	if (outcome.headers !== null) {
		const freeAt = (queue.recentStarts[0]?.from ?? now) + windowMs;
		readHeaders(headers, outcome.headers, call, adaptive.started, startedAt, freeAt, now);
		const requests = lower(bounds.rpm, headers.requests.perMinute);
		const tokens = lower(bounds.tpm, headers.tokens.perMinute);
		if (differs(budget.requestsPerMinute, requests) || differs(budget.tokensPerMinute, tokens)) {
			limitBudget(budget, requests, tokens, queue.recentStarts, now);
		}
	}

	if (outcome.kind === 'failed' && outcome.failure.kind === 'rate_limit') {
		noteRefusal(adaptive, call, startedAt, queue.recentStarts, now, causeOf(outcome.failure));
	} else if (outcome.kind === 'answered' || outcome.failure.status !== null) {
		noteAdmission(adaptive, call, now);
	}
}

/** A little below what a server grants: its window and ours do not begin at the same instant. */
const margin = 0.97;

function lower(own: number | null, granted: number | null): number | null {
	const bound = granted === null ? null : Math.max(1, Math.floor(granted * margin));
	return own === null || bound === null ? (own ?? bound) : Math.min(own, bound);
}

/** Small changes are not followed: a bound that is derived from times wavers. */
function differs(one: number | null, other: number | null): boolean {
	return one === null || other === null ? one !== other : Math.abs(one - other) > one * 0.05;
}
