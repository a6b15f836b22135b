import {type Budget, type Start, settleStart} from '../domain/budget.ts';
import type {Demand} from '../domain/ceiling.ts';
import {demandOf, rateTokensOf} from '../domain/demand.ts';
import type {RunEvent} from '../domain/event.ts';
import type {PlannedStart} from '../domain/plan.ts';
import type {CallOutcome, Clock} from '../domain/ports.ts';
import {learnRate, type QueueRate} from '../domain/queue-rate.ts';
import type {QueueRules, TokenCounter} from '../domain/queue-rules.ts';
import type {JsonObject, Request, RequestSource} from '../domain/request.ts';
import type {RunState} from '../domain/state.ts';
import {type AttemptRules, attemptEvent, bodyOf} from './attempt.ts';
import type {DirectLane} from './direct-lane.ts';

export type CallsOptions = {
	readonly state: RunState;
	readonly source: RequestSource;
	readonly lane: DirectLane;
	readonly budgets: readonly Budget[];
	/** By queue; null where they do not adapt. */
	readonly rates: readonly (QueueRate | null)[];
	readonly rules: AttemptRules;
	readonly queueRules: readonly QueueRules[];
	readonly countTokens: TokenCounter;
	readonly clock: Clock;
	readonly record: (event: RunEvent) => void;
	/** Resolves when everything on record so far has been handed to the disk. */
	readonly written: () => Promise<void>;
};

/** From a planned start to the call, and from its outcome to the record. */
export type Calls = {
	launch(starts: readonly PlannedStart[]): void;
	/** Worst case of what is in flight. */
	held(): Demand;
	/** Worst case of a request's next attempt. */
	demandOf(index: number): Demand;
	/** What the server will count it as against its limit on tokens per minute. */
	tokensOf(index: number): number;
};

type Prepared = {
	readonly request: Request;
	readonly body: JsonObject;
	/** How often its answer had been cut short. */
	readonly truncated: number;
	/** How often it had been asked before, where it is asked several times. */
	readonly round: number | undefined;
	/** The number of the change that it was made with. */
	readonly change: number | undefined;
	readonly worst: Demand;
	readonly rateTokens: number;
};

export function createCalls({
	state,
	source,
	lane,
	budgets,
	rates,
	rules,
	queueRules,
	countTokens,
	clock,
	record,
	written,
}: CallsOptions): Calls {
	const out = new Map<number, {readonly start: Start; readonly worst: Demand; readonly call: number}>();
	let heldTokens = 0;
	let heldPico = 0n;
	/** What plans asked for since the last launch and in the turn before: expanded and counted once. */
	let fresh = new Map<number, Prepared>();
	let stale = new Map<number, Prepared>();

	function launch(planned: readonly PlannedStart[]): void {
		for (const {index, start, call: number} of planned) {
			const {request, body, worst} = prepare(index);
			const {provider, endpoint, model} = request;
			out.set(index, {start, worst, call: number});
			heldTokens += worst.tokens;
			heldPico += worst.costPico;
			const call = {provider, endpoint, model, body, timeoutMs: rules.retry.timeoutMs};
			lane.send(index, call, async outcome => {
				take(request, outcome);
				return written();
			});
			fresh.delete(index);
		}

		// Who was turned away by a budget or a ceiling is asked for again on every turn.
		stale = fresh;
		fresh = new Map();
	}

	function take(request: Request, outcome: CallOutcome): void {
		const {index, queue} = request;
		const at = clock.now();
		const {start, worst, call} = out.get(index)!;
		out.delete(index);
		heldTokens -= worst.tokens;
		heldPico -= worst.costPico;
		if (outcome.kind === 'aborted') {
			record({
				type: 'attempts-lost',
				at,
				indexes: [index],
				reason: 'aborted',
				maybeBilledPico: outcome.maybeBilled ? Number(worst.costPico) : 0,
				maybeBilledCalls: outcome.maybeBilled ? 1 : 0,
				maybeBilledTokens: outcome.maybeBilled ? worst.tokens : 0,
			});
			return;
		}

		const startedAt = state.inFlight.get(index)?.startedAt ?? at;
		const via = {lane: 'direct', batchId: null, startedAt} as const;
		const event = attemptEvent(request, outcome, state, rules, at, via, worst);
		if (event.usage) {
			settleStart(budgets[queue]!, start, event.usage.input + event.usage.output, at);
		} else if (event.type === 'attempt-failed' && event.failure.kind === 'network') {
			settleStart(budgets[queue]!, start, 0, at);
		}

		record(event);
		const rate = rates[queue] ?? null;
		if (rate !== null) {
			learnRate(rate, outcome, call, startedAt, state.queues[queue]!, budgets[queue]!, at);
		}

		if (
			event.type === 'attempt-failed' &&
			event.sequel === 'hold' &&
			state.queues[queue]!.access !== 'held'
		) {
			record({type: 'queue-held', at, queue, failure: event.failure});
		}
	}

	function prepare(index: number): Prepared {
		const times = state.truncated.get(index) ?? 0;
		const known = fresh.get(index) ?? stale.get(index);
		const change = state.changed.get(index);
		// An answer that was cut short doubled its allowance; a person may have changed its parameters.
		const round = state.rounds.get(index);
		const isFresh = known?.truncated === times && known.change === change && known.round === round;
		const prepared = isFresh ? known : expand(index, times, change, round);
		fresh.set(index, prepared);
		return prepared;
	}

	function expand(
		index: number,
		truncated: number,
		change: number | undefined,
		round: number | undefined,
	): Prepared {
		const request = source.expand(index);
		const {queue, endpoint} = request;
		const body = bodyOf(request, state);
		const input = countTokens(queue, body);
		const {price} = state.queues[queue]!;
		const worst = demandOf(body, endpoint, queueRules[queue]!.maxOutput, input, price, 'direct');
		return {request, body, truncated, round, change, worst, rateTokens: rateTokensOf(body, endpoint, input)};
	}

	return {
		launch,
		held: () => ({requests: out.size, tokens: heldTokens, costPico: heldPico}),
		demandOf: index => prepare(index).worst,
		tokensOf: index => prepare(index).rateTokens,
	};
}
