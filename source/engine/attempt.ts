import {readChoices, readUsage} from '../domain/answer.ts';
import {mostRoundsOf, sequelOf, type UsedUp} from '../domain/backoff.ts';
import type {Demand} from '../domain/ceiling.ts';
import {isCutOff} from '../domain/create-state.ts';
import {allowedOutput} from '../domain/demand.ts';
import {enlargeAllowance, estimateCall, estimateTokens} from '../domain/estimate.ts';
import type {AttemptEvent} from '../domain/event.ts';
import {consequenceOf, type FailureKind} from '../domain/failure.ts';
import type {CallOutcome, SchemaCheck} from '../domain/ports.ts';
import {costOf, type Lane, type Price, type Usage} from '../domain/price.ts';
import type {Endpoint, JsonObject, Request} from '../domain/request.ts';
import type {Rounds} from '../domain/rounds.ts';
import {newlyServed, type Served} from '../domain/served.ts';
import type {AnswerPolicy, RetrySettings} from '../domain/settings.ts';
import type {Sharing} from '../domain/sharing.ts';
import type {RunState} from '../domain/state.ts';
import {judge, type Verdict} from '../domain/verdict.ts';
import {roundEvent} from './round-event.ts';

/** The rules by which an outcome becomes an event. */
export type AttemptRules = {
	/** Packing goes off where audited answers surely agree less often; absent: never. */
	readonly minAgreement?: number;
	readonly retry: RetrySettings;
	readonly answer: AnswerPolicy;
	readonly schemaCheck: SchemaCheck | null;
	/** How requests share calls; null: each has one of its own. */
	readonly sharing: Sharing | null;
	/** By the stage that added a request, where other rules hold for its answers; absent: the same for all. */
	readonly byStage?: ReadonlyMap<string, StageRules>;
	/** Null: every request is asked once. */
	readonly rounds: Rounds | null;
	readonly random: () => number;
};

export type StageRules = {
	readonly answer: AnswerPolicy;
	readonly schemaCheck: SchemaCheck | null;
	/** Its answers go on record unjudged: the stage says what becomes of them. */
	readonly judges: boolean;
};

export type Ended = Exclude<CallOutcome, {kind: 'aborted'}>;

/** How an attempt was made. */
export type Via = {
	readonly lane: Lane;
	readonly batchId: string | null;
	readonly startedAt: number;
	/** A person ended its batch: a line that never ran is queued again, however often others expired. */
	readonly wasEndedByUs?: boolean;
	/** The queue that it was sent by; absent: the one of the call that is out. */
	readonly queue?: number;
	/** Of the model that answers; absent: of the request's queue. */
	readonly price?: Price | null;
	/** All lines of its batch are given up: smaller calls would not help. */
	readonly isWhole?: boolean;
};

/** What an answered call used up. */
export type Bill = {
	readonly usage: Usage;
	readonly isEstimated: boolean;
	readonly costPico: number | null;
	/** Output tokens that its body allowed. */
	readonly allowed: number | null;
};

/** The body of a request's next attempt. */
export function bodyOf(request: Request, state: RunState): JsonObject {
	return enlargeAllowance(request.body, state.truncated.get(request.index) ?? 0);
}

/** A request as it is sent alone now. */
export function asSent(request: Request, state: RunState): Request {
	const body = bodyOf(request, state);
	return body === request.body ? request : {...request, body};
}

/** The fact that an attempt left behind: an answer, or a failure and what follows from it. The request is as it was sent. */
export function attemptEvent(
	request: Request,
	outcome: Ended,
	state: RunState,
	rules: AttemptRules,
	now: number,
	via: Via,
	/** What it may use up at most, as it was held against the ceilings. */
	worst: Demand,
): AttemptEvent {
	return asRound(judgedAttempt(request, outcome, state, rules, now, via, worst), request, state, rules);
}

/** The same event as the end of a round, where the request is asked several times. */
export function asRound(
	event: AttemptEvent,
	request: Request,
	state: RunState,
	{rounds}: AttemptRules,
): AttemptEvent {
	return rounds?.asking.concerns(request) ? roundEvent(event, request, state, rounds) : event;
}

/** `bill` is absent where the call was the request's own, and null where another of those that shared it has it. */
export function judgedAttempt(
	request: Request,
	outcome: Ended,
	state: RunState,
	rules: AttemptRules,
	now: number,
	via: Via,
	worst: Demand,
	bill?: Bill | null,
): AttemptEvent {
	if (outcome.kind === 'failed') {
		const {failure, maybeBilled, raw} = outcome;
		const isReached = maybeBilled && !isCutOff(state, request.provider, failure);
		return {
			...failedAttempt(request, outcome, state, now, via),
			...sequelOf(
				consequenceOf(failure, isReached),
				usedUp(state, request.index, failure.kind, via),
				outcome.retryHintMs,
				rules.retry,
				now,
				rules.random,
			),
			failure,
			usage: bill?.usage ?? null,
			costPico: bill?.costPico ?? null,
			maybeBilled,
			maybeBilledPico: maybeBilled ? Number(worst.costPico) : 0,
			maybeBilledTokens: maybeBilled ? worst.tokens : 0,
			raw,
		};
	}

	const own = request.stage === undefined ? null : (rules.byStage?.get(request.stage) ?? null);
	const billed = bill === undefined ? billOf(request, request.body, outcome, state, via, worst) : bill;
	const verdict = verdictOn(request, outcome.body, own ? {...rules, ...own} : rules);
	if (verdict.kind === 'unusable') {
		return {
			...failedAttempt(request, outcome, state, now, via),
			...sequelOf(
				verdict.consequence,
				usedUp(state, request.index, verdict.failure.kind, via),
				null,
				rules.retry,
				now,
				rules.random,
			),
			failure: verdict.failure,
			usage: billed?.usage ?? null,
			costPico: billed?.costPico ?? null,
			maybeBilled: false,
			maybeBilledPico: 0,
			maybeBilledTokens: 0,
			raw: outcome.raw,
		};
	}

	// A million of these are made: written out, as spreading costs more than all the rest of this function.
	const event = {
		type: 'attempt-answered',
		at: now,
		index: request.index,
		lane: via.lane,
		startedAt: via.startedAt,
		requestId: outcome.requestId,
		usage: billed?.usage ?? noUsage,
		usageEstimated: billed?.isEstimated ?? false,
		allowed: billed?.allowed ?? null,
		costPico: billed === null ? 0 : billed.costPico,
		batchId: via.batchId,
		previous: state.columns.offset[request.index]!,
		raw: outcome.raw,
	} as const;
	const full = own?.judges ? ({...event, unjudged: true} as const) : event;
	const served = servedOf(request, outcome.body, state, via);
	return served ? {...full, served} : full;
}

function servedOf(request: Request, body: JsonObject, state: RunState, via: Via): Served | undefined {
	const queue = state.queues[via.queue ?? state.inFlight.get(request.index)?.queue ?? request.queue];
	return queue && newlyServed(body, queue);
}

const noUsage: Usage = {input: 0, cached: 0, output: 0};

/** `body` is what went out for the request, or for all who shared its call. */
export function billOf(
	{queue, endpoint}: Request,
	body: JsonObject,
	outcome: Ended & {kind: 'answered'},
	state: RunState,
	via: Via,
	worst: Demand,
): Bill {
	const reported = readUsage(outcome.body.usage);
	const usage = reported ?? estimateUsage(body, endpoint, outcome.raw, worst);
	const price = via.price === undefined ? state.queues[queue]!.price : via.price;
	const cost = price === null ? null : costOf(usage, price, via.lane);
	return {
		usage,
		isEstimated: reported === null,
		costPico: cost === null ? null : Number(reported === null ? smaller(cost, worst.costPico) : cost),
		allowed: allowedOutput(body, endpoint, null),
	};
}

function verdictOn(request: Request, body: JsonObject, {answer, schemaCheck, rounds}: AttemptRules): Verdict {
	const verdict = judge({choices: readChoices(request.endpoint, body)}, answer, schemaCheck);
	if (verdict.kind === 'unusable' || !rounds?.asking.concerns(request)) {
		return verdict;
	}

	const failure = rounds.asking.refuse(request, rounds.before(request.index), rounds.answerOf(body));
	return failure === null ? verdict : {kind: 'unusable', failure, consequence: consequenceOf(failure)};
}

function failedAttempt({index}: Request, {requestId}: Ended, state: RunState, now: number, via: Via) {
	return {
		type: 'attempt-failed',
		at: now,
		index,
		lane: via.lane,
		startedAt: via.startedAt,
		batchId: via.batchId,
		requestId,
		previous: state.columns.offset[index]!,
	} as const;
}

function usedUp(state: RunState, index: number, kind: FailureKind, via: Via): UsedUp {
	const {columns, expired, missing} = state;
	return {
		retries: columns.retries[index]!,
		waits: columns.waits[index]!,
		rounds:
			kind === 'expired' && via.wasEndedByUs ? 0 : ((kind === 'expired' ? expired : missing).get(index) ?? 0),
		mostRounds: mostRoundsOf[kind] ?? 0,
	};
}

/** Where the API tells no usage. An estimate is never above what was held: it could pass a ceiling. */
function estimateUsage(body: JsonObject, endpoint: Endpoint, raw: string, worst: Demand): Usage {
	const allowed = allowedOutput(body, endpoint, null) ?? worst.tokens;
	const output = Math.min(estimateTokens(raw), allowed, worst.tokens);
	return {input: Math.min(estimateCall(body).input, worst.tokens - output), cached: 0, output};
}

function smaller(one: bigint, other: bigint): bigint {
	return one < other ? one : other;
}
