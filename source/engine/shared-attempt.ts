import {type Demand, noDemand} from '../domain/ceiling.ts';
import type {AttemptEvent, AttemptFailed} from '../domain/event.ts';
import {consequenceOf} from '../domain/failure.ts';
import type {JsonObject, Request} from '../domain/request.ts';
import type {CallPart, MemberOutcome, Sharing} from '../domain/sharing.ts';
import type {RunState} from '../domain/state.ts';
import {type AttemptRules, asRound, billOf, type Ended, judgedAttempt, type Via} from './attempt.ts';

/** A call that several requests shared. */
export type SharedCall = {
	readonly id: string;
	/** As they were sent, the lead first; null where one has left the spec since. */
	readonly members: readonly (Request | null)[];
	readonly body: JsonObject;
	readonly worst: Demand;
};

/** What a member of a call got. */
export type Share = {
	readonly outcome: Ended;
	/** Members that its next call may have, where a smaller one may mend what was wrong; else null. */
	readonly most: number | null;
	/** Input tokens that it would have taken alone, where they are counted. */
	readonly alone?: number | undefined;
};

/**
 * What a shared call came to, member by member in their order. What the server refused for good may be the fault of
 * one of them: they go again in calls of half the size, until the guilty one is alone.
 */
export function shareOut(
	members: readonly (Request | null)[],
	outcome: Ended,
	sharing: Sharing | null,
): readonly Share[] {
	if (outcome.kind === 'failed') {
		const isFinal = consequenceOf(outcome.failure, outcome.maybeBilled) === 'fail';
		const most = isFinal ? Math.ceil(members.length / 2) : null;
		return members.map(() => ({outcome, most}));
	}

	const parts: readonly MemberOutcome[] =
		sharing?.split(members, outcome.body) ?? members.map(() => unreadable);
	return parts.map((part): Share => {
		const {requestId, headers} = outcome;
		if (part.kind === 'answered') {
			const {body, alone} = part;
			const raw = JSON.stringify(body);
			return {outcome: {kind: 'answered', raw, body, requestId, headers}, most: null, alone};
		}

		const failed = {kind: 'failed', failure: part.failure, retryHintMs: null, requestId, headers} as const;
		return {
			outcome: {...failed, maybeBilled: false, raw: outcome.raw},
			most: Math.max(1, Math.min(part.most, members.length - 1)),
		};
	});
}

/** A changed spec shares no calls any more: nobody can tell whose an answer is. */
const unreadable: MemberOutcome = {
	kind: 'again',
	failure: {
		kind: 'malformed',
		status: 200,
		code: null,
		message: 'the call was shared under an older spec, so its answer cannot be told apart',
	},
	most: 1,
};

/**
 * One event for each member that `takes` lets through. The first carries usage, cost and worst case for all, unless
 * that `isPaid`: it stands on a line that was recorded before.
 */
export function callEvents(
	call: SharedCall,
	shares: readonly Share[],
	outcome: Ended,
	state: RunState,
	rules: AttemptRules,
	now: number,
	via: Via,
	{isPaid = false, takes = () => true}: {isPaid?: boolean; takes?: (index: number) => boolean} = {},
): readonly AttemptEvent[] {
	const {id, members, body, worst} = call;
	const events: AttemptEvent[] = [];
	let position = isPaid ? 1 : 0;
	let retryAt: number | null = null;
	for (const [at, member] of members.entries()) {
		if (member === null || !takes(member.index)) {
			continue;
		}

		const {outcome: own, most, alone} = shares[at]!;
		const isFirst = position === 0;
		const bill =
			isFirst && outcome.kind === 'answered' ? billOf(member, body, outcome, state, via, worst) : null;
		const judged = judgedAttempt(member, own, state, rules, now, via, isFirst ? worst : noDemand, bill);
		const part = {id, size: members.length, position};
		position++;
		const isCounted = judged.type === 'attempt-answered' && alone !== undefined;
		let event: AttemptEvent = {...judged, call: isCounted ? {...part, alone} : part};
		if (event.type === 'attempt-failed') {
			event = most === null || via.isWhole ? event : halved(event, {...part, most});
			// A call that failed is made again as it was: its members come due together.
			retryAt = outcome.kind === 'failed' ? (retryAt ?? event.retryAt) : event.retryAt;
			event = {...onlyFirst(event, isFirst), retryAt: event.retryAt === null ? null : retryAt};
		}

		events.push(asRound(event, member, state, rules));
	}

	return events;
}

/** What was, or may have been, paid for is kept and counted once. */
function onlyFirst(event: AttemptFailed, isFirst: boolean): AttemptFailed {
	return isFirst ? event : {...event, maybeBilled: false, raw: null};
}

/** No retry is used up: it may be another's fault. */
function halved(event: AttemptFailed, call: CallPart): AttemptFailed {
	return {...event, sequel: 'requeue', retryAt: null, hinted: false, call};
}
