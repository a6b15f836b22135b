import {readUsage} from './answer.ts';
import type {BatchState} from './batch.ts';
import type {AttemptEvent, RunEvent} from './event.ts';
import {costOf, type Price, type Usage} from './price.ts';
import type {JsonObject} from './request.ts';
import {countsForCall} from './sharing.ts';
import type {RunState} from './state.ts';

/** An event with a bill on it. */
export type Billed = AttemptEvent | Extract<RunEvent, {type: 'duplicate-answered'}>;

export function isBilled(event: RunEvent): event is Billed {
	return (
		(event.type === 'attempt-answered' && event.adopted === undefined) ||
		(event.type === 'attempt-failed' && event.usage !== null) ||
		event.type === 'duplicate-answered'
	);
}

/** The tokens on record are those that the answer tells. `body` is the whole answer. */
export function usageProblem(event: Billed, body: unknown): string | null {
	const told = usageOf(body);
	const {usage} = event;
	if (told === null || usage === null || ('call' in event && !countsForCall(event)) || isSame(told, usage)) {
		return null;
	}

	return `the answer tells of ${words(told)} tokens, on record are ${words(usage)}`;
}

/**
 * The cost on record is what its tokens cost at the prices on record: `state` is as it was before the event.
 * `unknown` where neither cost nor price is known.
 */
export function costProblem(state: RunState, event: Billed, body: unknown): string | 'unknown' | null {
	const {costPico, usage, lane} = event;
	if (usage === null || (costPico === 0 && usage.input === 0 && usage.output === 0)) {
		return null;
	}

	const price = priceOf(state, event);
	if (price === null || price === undefined) {
		return costPico === null || price === undefined
			? 'unknown'
			: `it costs ${costPico} picodollars, and no price is on record`;
	}

	const cost = Number(costOf(usage, price, lane));
	// Estimated tokens may cost less than they would: at most what was held against the ceilings.
	const isRight = usageOf(body) === null ? (costPico ?? -1) <= cost : costPico === cost;
	return isRight
		? null
		: `${words(usage)} tokens cost ${cost} picodollars at the prices on record, and it says ${costPico ?? 'nothing'}`;
}

/** Undefined where no line tells by which queue it went. */
function priceOf(state: RunState, event: Billed): Price | null | undefined {
	if (event.type === 'duplicate-answered') {
		return batchPrice(state, event.line ? state.batches.get(event.line.shard) : undefined);
	}

	if (event.lane === 'direct') {
		return state.queues[state.inFlight.get(event.index)?.queue ?? -1]?.price;
	}

	const batches = [...state.batches.values()];
	return batchPrice(
		state,
		batches.find(({batchId}) => batchId === event.batchId),
	);
}

function batchPrice({queues}: RunState, batch: BatchState | undefined): Price | null | undefined {
	return batch && (queues[batch.queue] ?? batch.formerQueue)?.price;
}

function usageOf(body: unknown): Usage | null {
	return typeof body === 'object' && body !== null ? readUsage((body as JsonObject).usage) : null;
}

function isSame(one: Usage, other: Usage): boolean {
	return one.input === other.input && one.cached === other.cached && one.output === other.output;
}

function words({input, cached, output}: Usage): string {
	return `${input} + ${output}${cached === 0 ? '' : ` (${cached} cached)`}`;
}
