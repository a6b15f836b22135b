import {type Budget, type Start, settleStart} from '../domain/budget.ts';
import {estimateCall, worstCase} from '../domain/estimate.ts';
import type {RunEvent} from '../domain/event.ts';
import type {PlannedStart} from '../domain/plan.ts';
import type {CallOutcome, Clock} from '../domain/ports.ts';
import type {Request, RequestSource} from '../domain/request.ts';
import type {RunState} from '../domain/state.ts';
import {type AttemptRules, attemptEvent, bodyOf} from './attempt.ts';
import type {DirectLane} from './direct-lane.ts';

export type CallsOptions = {
	readonly state: RunState;
	readonly source: RequestSource;
	readonly lane: DirectLane;
	readonly budgets: readonly Budget[];
	readonly rules: AttemptRules;
	readonly clock: Clock;
	readonly record: (event: RunEvent) => void;
	/** Resolves when everything on record so far has been handed to the disk. */
	readonly written: () => Promise<void>;
};

/** From a planned start to the call, and from its outcome to the record. */
export type Calls = {
	launch(starts: readonly PlannedStart[]): void;
	/** Worst case of what is in flight. */
	heldPico(): bigint;
	/** The most a request's next attempt may use, for its budget. */
	tokensOf(index: number): number;
};

export function createCalls({
	state,
	source,
	lane,
	budgets,
	rules,
	clock,
	record,
	written,
}: CallsOptions): Calls {
	const out = new Map<number, {readonly start: Start; readonly worst: bigint}>();
	let held = 0n;
	/** The request that a budget turned away is asked again on every turn until there is room for it. */
	let next: {readonly request: Request; readonly tokens: number} | null = null;

	function launch(planned: readonly PlannedStart[]): void {
		for (const {index, start} of planned) {
			const request = next?.request.index === index ? next.request : source.expand(index);
			const {provider, endpoint, model} = request;
			const body = bodyOf(request, state);
			const worst = worstCase(body, state.queues[request.queue]!.price);
			out.set(index, {start, worst});
			held += worst;
			const call = {provider, endpoint, model, body, timeoutMs: rules.retry.timeoutMs};
			lane.send(index, call, async outcome => {
				take(request, outcome);
				return written();
			});
		}
	}

	function take(request: Request, outcome: CallOutcome): void {
		const {index, queue} = request;
		const at = clock.now();
		const {start, worst} = out.get(index)!;
		out.delete(index);
		held -= worst;
		if (outcome.kind === 'aborted') {
			record({
				type: 'attempts-lost',
				at,
				indexes: [index],
				reason: 'aborted',
				maybeBilledPico: outcome.maybeBilled ? Number(worst) : 0,
				maybeBilledCalls: outcome.maybeBilled ? 1 : 0,
			});
			return;
		}

		const event = attemptEvent(request, outcome, state, rules, at, worst);
		if (event.usage) {
			settleStart(budgets[queue]!, start, event.usage.input + event.usage.output, at);
		} else if (event.type === 'attempt-failed' && event.failure.kind === 'network') {
			settleStart(budgets[queue]!, start, 0, at);
		}

		record(event);
		if (
			event.type === 'attempt-failed' &&
			event.sequel === 'hold' &&
			state.queues[queue]!.access !== 'held'
		) {
			record({type: 'queue-held', at, queue, failure: event.failure});
		}
	}

	function tokensOf(index: number): number {
		if (next?.request.index !== index) {
			const request = source.expand(index);
			const {input, output} = estimateCall(bodyOf(request, state));
			next = {request, tokens: input + output};
		}

		return next.tokens;
	}

	return {launch, heldPico: () => held, tokensOf};
}
