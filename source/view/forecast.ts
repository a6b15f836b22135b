import {isOpen, isUnpushed, requestsIn} from '../domain/batch.ts';
import {usd} from '../domain/money.ts';
import {costOf, type Price} from '../domain/price.ts';
import type {QueueState, RunState} from '../domain/state.ts';
import type {QueueLane} from './lane-view.ts';
import type {CostView} from './snapshot.ts';

/** What one more request of a queue will cost in USD, in either lane. */
export type Expected = {readonly direct: number; readonly batch: number};

export type Forecast = Pick<CostView, 'forecastUsd' | 'forcing'>;

/**
 * Each queue's rest at its own mean, and the lane's price; before there is one at what its batches predict (which
 * follows the completion ratio), else at the mean of all. Queues without a price stay out.
 */
export function forecastOf(state: RunState, lanes: readonly QueueLane[]): Forecast {
	const expectedOfEach = expectedByQueue(state);
	let rest = 0;
	const forcing = {requests: 0, batchUsd: 0, directUsd: 0};
	const unpushed = unpushedOf(state);
	let isKnown = false;
	for (const [number, {lane, open, batched, pulled}] of lanes.entries()) {
		const queue = state.queues[number]!;
		const expected = expectedOfEach[number] ?? null;
		if (expected === null) {
			continue;
		}

		isKnown = true;
		const direct = queue.inFlight + pulled + (lane === 'direct' ? open : 0);
		rest += expected.direct * direct + expected.batch * (batched + (lane === 'direct' ? 0 : open));
		// While direct mode is forced the figures say what taking it back would save.
		const forced = state.forceDirect || lane !== 'direct' ? open + unpushed[number]! : unpushed[number]!;
		forcing.requests += forced;
		forcing.batchUsd += expected.batch * forced;
		forcing.directUsd += expected.direct * forced;
	}

	const {direct, batch} = state.totals.cost;
	return {forecastUsd: isKnown ? usd(direct + batch) + rest : null, forcing: isKnown ? forcing : null};
}

/** Null for queues without a price, and while nothing was paid or predicted at all. */
export function expectedByQueue(state: RunState): readonly (Expected | null)[] {
	const ofAll = meanOfAll(state);
	return state.queues.map((queue, number) =>
		queue.price === null ? null : (expectedOf(state, queue, number) ?? ofAll),
	);
}

function expectedOf(state: RunState, queue: QueueState, number: number): Expected | null {
	// What was shared cost nothing, and what is to be shared will not.
	const finished = queue.done - queue.shared + queue.failed;
	if (queue.price === null) {
		return null;
	}

	if (finished === 0) {
		return predictedOf(state, number, queue.price);
	}

	const share = batchPriceShare(queue.price, queue.tokens);
	const direct = (usd(queue.cost.direct) + usd(queue.cost.batch) / share) / finished;
	return {direct, batch: direct * share};
}

/** By the tokens that its open batches were cut with. */
function predictedOf({batches}: RunState, number: number, price: Price): Expected | null {
	let requests = 0;
	const tokens = {input: 0, cached: 0, output: 0};
	for (const batch of batches.values()) {
		if (batch.queue === number && isOpen(batch)) {
			requests += requestsIn(batch);
			tokens.input += batch.input;
			tokens.output += batch.output;
		}
	}

	const each = (lane: 'direct' | 'batch') => usd(costAtBase(tokens, price, lane)) / requests;
	return requests === 0 ? null : {direct: each('direct'), batch: each('batch')};
}

function meanOfAll({queues}: RunState): Expected | null {
	const priced = queues.filter(({price}) => price !== null);
	const finished = priced.reduce((sum, {done, shared, failed}) => sum + done - shared + failed, 0);
	if (finished === 0) {
		return null;
	}

	let direct = 0;
	let batch = 0;
	for (const {cost, tokens, price} of priced) {
		const share = batchPriceShare(price!, tokens);
		const atDirect = usd(cost.direct) + usd(cost.batch) / share;
		direct += atDirect;
		batch += atDirect * share;
	}

	return {direct: direct / finished, batch: batch / finished};
}

/** What the batch lane costs of the direct one, for the kind of tokens that were seen. */
function batchPriceShare(price: Price, tokens: QueueState['tokens']): number {
	const seen = tokens.input + tokens.output > 0 ? tokens : {input: 1, cached: 0, output: 1};
	const direct = costAtBase(seen, price, 'direct');
	const batch = costAtBase(seen, price, 'batch');
	return direct === 0n || batch === 0n ? 1 : Number(batch) / Number(direct);
}

/** Sums of many calls would land in the wrong tier. */
function costAtBase(tokens: QueueState['tokens'], price: Price, lane: 'direct' | 'batch'): bigint {
	return costOf(tokens, {...price, tiers: []}, lane);
}

/** Requests, by queue, of batches that forcing direct mode takes back. */
function unpushedOf({queues, batches}: RunState): readonly number[] {
	const unpushed = queues.map(() => 0);
	for (const batch of batches.values()) {
		if (isUnpushed(batch) && unpushed[batch.queue] !== undefined) {
			unpushed[batch.queue]! += batch.remaining;
		}
	}

	return unpushed;
}
