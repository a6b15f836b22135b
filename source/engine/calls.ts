import {type Budget, type Start, settleStart} from '../domain/budget.ts';
import {type Demand, stageOf} from '../domain/ceiling.ts';
import type {AttemptEvent, RunEvent} from '../domain/event.ts';
import type {LifeStep} from '../domain/life-step.ts';
import type {PlannedStart, SharedStarts} from '../domain/plan.ts';
import type {CallOutcome, Clock} from '../domain/ports.ts';
import {learnRate, type QueueRate} from '../domain/queue-rate.ts';
import type {QueueRules, TokenCounter} from '../domain/queue-rules.ts';
import type {RequestSource} from '../domain/request.ts';
import type {RunState} from '../domain/state.ts';
import {type AttemptRules, attemptEvent, type Ended, type Via} from './attempt.ts';
import type {DirectLane} from './direct-lane.ts';
import {createCallMaker, type PreparedCall} from './prepare-call.ts';
import {callEvents, shareOut} from './shared-attempt.ts';

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
	/** Told of the steps of a call, so that a test can end the process there. */
	readonly onStep?: ((step: LifeStep) => void) | undefined;
};

/** From a planned start to the call, and from its outcome to the record. */
export type Calls = {
	launch(starts: readonly PlannedStart[]): void;
	/** Worst case of what is in flight. */
	held(): Demand;
	/** The same of the calls of one stage; O(calls). Their number counts from their start. */
	heldBy(stage: number): Demand;
	/** Worst case of the next call of a request and of those that share it. */
	demandOf(index: number, others: readonly number[]): Demand;
	/** What the server will count it as against its limit on tokens per minute. */
	tokensOf(index: number, others: readonly number[]): number;
	readonly sharing: SharedStarts | null;
	/** Ends the call of a request that is unwanted, if it is out and nobody else waits for it. */
	abort(index: number): void;
};

type Out = {
	readonly call: PreparedCall;
	readonly start: Start;
	/** Its number among the queue's calls. */
	readonly number: number;
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
	onStep,
}: CallsOptions): Calls {
	/** By the index of the first member. */
	const out = new Map<number, Out>();
	const {sharing} = rules;
	const maker = createCallMaker({state, source, queueRules, countTokens, sharing});
	let heldTokens = 0;
	let heldPico = 0n;

	function launch(planned: readonly PlannedStart[]): void {
		if (planned.length > 0) {
			onStep?.('started');
		}

		for (const {index, others, start, call: number} of planned) {
			const call = maker.callOf(index, others);
			const {body, worst} = call;
			const {provider, endpoint, model} = call.members[0]!;
			out.set(index, {call, start, number});
			heldTokens += worst.tokens;
			heldPico += worst.costPico;
			const sent = {provider, endpoint, model, body, timeoutMs: rules.retry.timeoutMs};
			lane.send(index, sent, async outcome => {
				onStep?.('answered');
				take(index, outcome);
				onStep?.('recorded');
				await written();
				onStep?.('written');
			});
			maker.drop(call);
		}

		// Who was turned away by a budget or a ceiling is asked for again on every turn.
		maker.endTurn();
	}

	function take(lead: number, outcome: CallOutcome): void {
		const at = clock.now();
		const {call, start, number} = out.get(lead)!;
		const {members, worst} = call;
		const {queue} = members[0]!;
		out.delete(lead);
		heldTokens -= worst.tokens;
		heldPico -= worst.costPico;
		if (outcome.kind === 'aborted') {
			record({
				type: 'attempts-lost',
				at,
				indexes: members.map(({index}) => index),
				reason: 'aborted',
				maybeBilledPico: outcome.maybeBilled ? Number(worst.costPico) : 0,
				maybeBilledCalls: outcome.maybeBilled ? 1 : 0,
				maybeBilledTokens: outcome.maybeBilled ? worst.tokens : 0,
			});
			return;
		}

		const startedAt = state.inFlight.get(lead)?.startedAt ?? at;
		const events = eventsOf(call, outcome, at, startedAt);
		const [first] = events;
		if (first?.usage) {
			settleStart(budgets[queue]!, start, first.usage.input + first.usage.output, at);
		} else if (outcome.kind === 'failed' && outcome.failure.kind === 'network') {
			settleStart(budgets[queue]!, start, 0, at);
		}

		events.forEach(record);
		const rate = rates[queue] ?? null;
		if (rate !== null) {
			learnRate(rate, outcome, number, startedAt, state.queues[queue]!, budgets[queue]!, at);
		}

		if (
			first?.type === 'attempt-failed' &&
			first.sequel === 'hold' &&
			state.queues[queue]!.access !== 'held'
		) {
			record({type: 'queue-held', at, queue, failure: first.failure});
		}
	}

	/** One for each that shared the call; the first tells of the call. */
	function eventsOf(
		{members, body, worst}: PreparedCall,
		outcome: Ended,
		at: number,
		startedAt: number,
	): readonly AttemptEvent[] {
		const via: Via = {lane: 'direct', batchId: null, startedAt};
		const lead = members[0]!;
		if (members.length === 1) {
			return [attemptEvent(lead, outcome, state, rules, at, via, worst)];
		}

		const shared = {id: `${startedAt}-${lead.index}`, members, body, worst};
		const shares = shareOut(members, outcome, sharing);
		return callEvents(shared, shares, outcome, state, rules, at, via);
	}

	/** Another member may still be wanted: the call goes on for it. */
	function abort(index: number): void {
		const lead = state.inFlight.get(index)?.lead ?? index;
		const members = out.get(lead)?.call.members ?? [];
		if (members.every(member => state.unwanted.has(member.index))) {
			lane.abort(lead);
		}
	}

	return {
		launch,
		held: () => ({requests: out.size, tokens: heldTokens, costPico: heldPico}),
		heldBy(stage) {
			let [tokens, costPico] = [0, 0n];
			for (const [index, {call}] of out) {
				if (stageOf(state, index) === stage) {
					tokens += call.worst.tokens;
					costPico += call.worst.costPico;
				}
			}

			return {requests: 0, tokens, costPico};
		},
		demandOf: (index, others) => maker.callOf(index, others).worst,
		tokensOf: (index, others) => maker.callOf(index, others).rateTokens,
		sharing: sharing && {by: sharing, requestOf: maker.requestOf},
		abort,
	};
}
