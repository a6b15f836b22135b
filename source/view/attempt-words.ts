import {duration, latency, money} from './format.ts';
import type {AttemptView} from './request-detail.ts';

/** How an attempt went; the status of an answer that came is no news. */
export function attemptWord({outcome, status}: Pick<AttemptView, 'outcome' | 'status'>): string {
	return status === null || status < 300 ? outcome : `${status} ${outcome}`;
}

/** One attempt on one line, in parts, after when it ended. */
export function attemptFacts(attempt: AttemptView, when: string): readonly string[] {
	const {lane, latencyMs, costUsd, maybeBilled, requestId, round} = attempt;
	return [
		when,
		round === undefined ? '' : `round ${round}`,
		lane,
		attemptWord(attempt),
		latencyMs === null ? '' : latency(latencyMs),
		costUsd === null ? '' : money(costUsd),
		maybeBilled ? 'maybe billed' : '',
		requestId === null ? '' : `request-id ${requestId}`,
	].filter(Boolean);
}

/** What differs from the attempt before, in words: `01:04 later`, `was 503 server`, `7.5s quicker`, `other message`. */
export function attemptChanges(before: AttemptView, after: AttemptView): readonly string[] {
	const [was, is] = [attemptWord(before), attemptWord(after)];
	return [
		`${duration(after.at - before.at)} later`,
		was === is ? 'same outcome' : `was ${was}`,
		...(before.lane === after.lane ? [] : [`lane was ${before.lane}`]),
		...pace(before.latencyMs, after.latencyMs),
		...messages(before.message, after.message),
	];
}

function pace(before: number | null, after: number | null): readonly string[] {
	if (before === null || after === null || latency(before) === latency(after)) return [];
	return [`${latency(Math.abs(after - before))} ${after < before ? 'quicker' : 'slower'}`];
}

function messages(before: string, after: string): readonly string[] {
	if (before === '' || after === '') return [];
	return [before === after ? 'same message' : 'other message'];
}
