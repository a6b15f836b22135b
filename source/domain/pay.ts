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
export function payMaybe({totals, session}: RunState, calls: number, pico: number): void {
	totals.maybeBilled.calls += calls;
	totals.maybeBilled.cost += BigInt(pico);
	session.maybeBilled += BigInt(pico);
}
