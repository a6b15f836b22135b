import {readChoices, readUsage} from '../domain/answer.ts';
import {sequelOf} from '../domain/backoff.ts';
import {enlargeAllowance, estimateCall, estimateTokens} from '../domain/estimate.ts';
import type {AttemptAnswered, AttemptFailed} from '../domain/event.ts';
import {consequenceOf} from '../domain/failure.ts';
import type {Picodollars} from '../domain/money.ts';
import type {CallOutcome, SchemaCheck} from '../domain/ports.ts';
import {costOf, type Usage} from '../domain/price.ts';
import type {JsonObject, Request} from '../domain/request.ts';
import type {AnswerPolicy, RetrySettings} from '../domain/settings.ts';
import type {RunState} from '../domain/state.ts';
import {judge} from '../domain/verdict.ts';

/** The rules by which an outcome becomes an event. */
export type AttemptRules = {
	readonly retry: RetrySettings;
	readonly answer: AnswerPolicy;
	readonly schemaCheck: SchemaCheck | null;
	readonly random: () => number;
};

export type Ended = Exclude<CallOutcome, {kind: 'aborted'}>;

/** The body of a request's next attempt. */
export function bodyOf(request: Request, state: RunState): JsonObject {
	return enlargeAllowance(request.body, state.truncated.get(request.index) ?? 0);
}

/** The fact that a call left behind: an answer, or a failure and what follows from it. `worst`: what it may cost. */
export function attemptEvent(
	request: Request,
	outcome: Ended,
	state: RunState,
	rules: AttemptRules,
	now: number,
	worst: Picodollars,
): AttemptAnswered | AttemptFailed {
	if (outcome.kind === 'failed') {
		const {failure, maybeBilled, raw} = outcome;
		return {
			...failedAttempt(request, outcome, state, now),
			...sequelOf(
				consequenceOf(failure, maybeBilled),
				usedUp(state, request.index),
				outcome.retryHintMs,
				rules.retry,
				now,
				rules.random,
			),
			failure,
			usage: null,
			costPico: null,
			maybeBilled,
			maybeBilledPico: maybeBilled ? Number(worst) : 0,
			raw,
		};
	}

	const {endpoint} = rules.answer;
	const reported = readUsage(outcome.body.usage);
	const usage = reported ?? estimateUsage(request.body, outcome.raw);
	const {price} = state.queues[request.queue]!;
	const costPico = price === null ? null : Number(costOf(usage, price, 'direct'));
	const verdict = judge({choices: readChoices(endpoint, outcome.body)}, rules.answer, rules.schemaCheck);
	if (verdict.kind === 'unusable') {
		return {
			...failedAttempt(request, outcome, state, now),
			...sequelOf(verdict.consequence, usedUp(state, request.index), null, rules.retry, now, rules.random),
			failure: verdict.failure,
			usage,
			costPico,
			maybeBilled: false,
			maybeBilledPico: 0,
			raw: outcome.raw,
		};
	}

	// A million of these are made: written out, as spreading costs more than all the rest of this function.
	return {
		type: 'attempt-answered',
		at: now,
		index: request.index,
		lane: 'direct',
		startedAt: state.inFlight.get(request.index)?.startedAt ?? now,
		requestId: outcome.requestId,
		usage,
		usageEstimated: reported === null,
		costPico,
		batchId: null,
		previous: state.columns.offset[request.index]!,
		raw: outcome.raw,
	};
}

function failedAttempt({index}: Request, {requestId}: Ended, state: RunState, now: number) {
	return {
		type: 'attempt-failed',
		at: now,
		index,
		lane: 'direct',
		startedAt: state.inFlight.get(index)?.startedAt ?? now,
		requestId,
		previous: state.columns.offset[index]!,
	} as const;
}

function usedUp({columns}: RunState, index: number) {
	return {retries: columns.retries[index]!, waits: columns.waits[index]!};
}

function estimateUsage(body: JsonObject, raw: string): Usage {
	return {input: estimateCall(body).input, cached: 0, output: estimateTokens(raw)};
}
