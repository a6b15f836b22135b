import type {MaybeBilled} from './maybe-billed.ts';
import type {Lane, Usage} from './price.ts';
import type {QueueState, RunState} from './state.ts';

/** Counts the tokens and the cost of an answer, usable or not. */
export function pay(
	state: RunState,
	queue: QueueState | null,
	lane: Lane,
	usage: Usage,
	costPico: number | null,
): void {
	const {totals} = state;
	for (const tokens of queue ? [totals.tokens, queue.tokens] : [totals.tokens]) {
		tokens.input += usage.input;
		tokens.cached += usage.cached;
		tokens.output += usage.output;
	}

	state.session.tokens += usage.input + usage.output;
	if (costPico === null) {
		totals.unpricedCalls++;
		return;
	}

	const cost = BigInt(costPico);
	totals.cost[lane] += cost;
	state.session.cost += cost;
	if (queue) {
		queue.cost[lane] += cost;
	}
}

/** Counts what may have been billed although no answer came. */
export function payMaybe({totals, session}: RunState, {calls, tokens = 0, pico}: MaybeBilled): void {
	totals.maybeBilled.calls += calls;
	totals.maybeBilled.tokens += tokens;
	session.maybeBilledTokens += tokens;
	totals.maybeBilled.cost += BigInt(pico);
	session.maybeBilled += BigInt(pico);
}

/** Counts against the ceilings of the stage that added a request. */
export function chargeStage(
	{added, stages}: RunState,
	index: number,
	{
		requests = 0,
		tokens = 0,
		pico = 0,
	}: {readonly requests?: number; readonly tokens?: number; readonly pico?: number},
): void {
	if (index >= added.from) {
		const {used} = stages[added.stage[index - added.from]!]!;
		used.requests += requests;
		used.tokens += tokens;
		used.costPico += BigInt(Math.round(pico));
	}
}
