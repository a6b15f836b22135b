import {readAnswer} from '../domain/answer.ts';
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
	const {index} = request;
	const about = {
		at: now,
		index,
		lane: 'direct',
		startedAt: state.inFlight.get(index)?.startedAt ?? now,
		requestId: outcome.requestId,
		previous: state.columns.offset[index]!,
	} as const;
	const {price} = state.queues[request.queue]!;
	const used = {retries: state.columns.retries[index]!, waits: state.columns.waits[index]!};
	if (outcome.kind === 'failed') {
		const sequel = sequelOf(
			consequenceOf(outcome.failure, outcome.maybeBilled),
			used,
			outcome.retryHintMs,
			rules.retry,
			now,
			rules.random,
		);
		return {
			...about,
			...sequel,
			type: 'attempt-failed',
			failure: outcome.failure,
			usage: null,
			costPico: null,
			maybeBilled: outcome.maybeBilled,
			maybeBilledPico: outcome.maybeBilled ? Number(worst) : 0,
			raw: outcome.raw,
		};
	}

	const answer = readAnswer(rules.answer.endpoint, outcome.body);
	const usage = answer.usage ?? estimateUsage(request.body, outcome.raw);
	const costPico = price === null ? null : Number(costOf(usage, price, 'direct'));
	const verdict = judge(answer, rules.answer, rules.schemaCheck);
	if (verdict.kind === 'usable') {
		return {
			...about,
			type: 'attempt-answered',
			usage,
			usageEstimated: answer.usage === null,
			costPico,
			batchId: null,
			raw: outcome.raw,
		};
	}

	return {
		...about,
		...sequelOf(verdict.consequence, used, null, rules.retry, now, rules.random),
		type: 'attempt-failed',
		failure: verdict.failure,
		usage,
		costPico,
		maybeBilled: false,
		maybeBilledPico: 0,
		raw: outcome.raw,
	};
}

function estimateUsage(body: JsonObject, raw: string): Usage {
	return {input: estimateCall(body).input, cached: 0, output: estimateTokens(raw)};
}
