import type {BatchEvent} from './batch-event.ts';
import type {RunEvent} from './event.ts';
import type {Lane, Usage} from './price.ts';
import {countsForCall} from './sharing.ts';
import type {RunState, Totals} from './state.ts';

/** What the lines of a journal add up to, each taken by itself: it knows no request, no status and no queue. */
export type Tally = {
	attempts: number;
	calls: number;
	readonly tokens: {input: number; cached: number; output: number};
	readonly cost: {[L in Lane]: bigint};
	unpricedCalls: number;
	readonly maybeBilled: {calls: number; tokens: number; cost: bigint};
	duplicates: number;
	readonly batches: {submitted: number; collected: number};
	/** Requests that came into being after the spec was read. */
	added: number;
	/** Of each shard: its lines and their worst case. */
	readonly shards: Map<number, Pick<ShardCut, 'count' | 'worstTokens' | 'worstPico'>>;
};

type ShardCut = Extract<BatchEvent, {type: 'shard-cut'}>;

export function createTally(): Tally {
	return {
		attempts: 0,
		calls: 0,
		tokens: {input: 0, cached: 0, output: 0},
		cost: {direct: 0n, batch: 0n},
		unpricedCalls: 0,
		maybeBilled: {calls: 0, tokens: 0, cost: 0n},
		duplicates: 0,
		batches: {submitted: 0, collected: 0},
		added: 0,
		shards: new Map(),
	};
}

/** Goes on from what is known where lines before were lost. */
export function tallyAnew(sums: Tally, {totals, batches, count, added}: RunState): void {
	const {attempts, calls, unpricedCalls, duplicates} = totals;
	Object.assign(sums, {attempts, calls, unpricedCalls, duplicates, added: count - added.from});
	Object.assign(sums.tokens, totals.tokens);
	Object.assign(sums.cost, totals.cost);
	Object.assign(sums.maybeBilled, totals.maybeBilled);
	Object.assign(sums.batches, totals.batches);
	sums.shards.clear();
	for (const batch of batches.values()) {
		sums.shards.set(batch.shard, batch);
	}
}

/** The second set of books: the same facts as `reduce` takes in, added up on their own. */
export function tally(sums: Tally, event: RunEvent): void {
	switch (event.type) {
		case 'attempt-started':
			sums.attempts += event.indexes.length;
			sums.calls += event.sizes?.length ?? event.indexes.length;
			return;
		case 'attempt-answered':
			if (event.adopted === undefined) {
				countLine(sums, event.lane, countsForCall(event));
				spend(sums, event.lane, event.usage, event.costPico);
			}

			return;
		case 'attempt-failed':
			if (event.failure.kind !== 'expired') {
				countLine(sums, event.lane, countsForCall(event));
			}

			if (event.usage) {
				spend(sums, event.lane, event.usage, event.costPico);
			}

			if (event.maybeBilled) {
				reserve(sums, 1, event.maybeBilledTokens, event.maybeBilledPico);
			}

			return;
		case 'attempts-lost':
			reserve(sums, event.maybeBilledCalls, event.maybeBilledTokens ?? 0, event.maybeBilledPico);
			return;
		case 'duplicate-answered':
			sums.duplicates++;
			spend(sums, event.lane, event.usage, event.costPico);
			return;
		case 'request-added':
			sums.added++;
			return;
		case 'shard-cut':
			sums.shards.set(event.shard, event);
			return;
		case 'batch-submitted': {
			const shard = sums.shards.get(event.shard);
			const doubles = event.doubles?.length ?? 0;
			sums.batches.submitted += shard ? 1 : 0;
			if (shard) {
				reserve(sums, doubles * shard.count, doubles * shard.worstTokens, doubles * shard.worstPico);
			}

			return;
		}

		case 'batch-collected':
			if (sums.shards.has(event.shard)) {
				sums.batches.collected++;
				if (event.aside.orphans > 0) {
					spend(sums, 'batch', event.aside.orphanTokens, event.aside.orphanPico);
				}
			}

			return;
		case 'shard-released':
			if (event.maybeBilled && sums.shards.has(event.shard)) {
				reserve(sums, event.maybeBilled.calls, event.maybeBilled.tokens ?? 0, event.maybeBilled.pico);
			}

			return;
		case 'batch-cleaned':
			sums.shards.delete(event.shard);
			return;
		default:
	}
}

/** A direct call was counted when it left. */
function countLine(sums: Tally, lane: Lane, isCall: boolean): void {
	if (lane === 'batch') {
		sums.attempts++;
		sums.calls += isCall ? 1 : 0;
	}
}

function spend(sums: Tally, lane: Lane, usage: Usage, costPico: number | null): void {
	sums.tokens.input += usage.input;
	sums.tokens.cached += usage.cached;
	sums.tokens.output += usage.output;
	sums.cost[lane] += BigInt(costPico ?? 0);
	sums.unpricedCalls += costPico === null ? 1 : 0;
}

function reserve({maybeBilled}: Tally, calls: number, tokens: number, pico: number): void {
	maybeBilled.calls += calls;
	maybeBilled.tokens += tokens;
	maybeBilled.cost += BigInt(pico);
}

/** Where the two sets of books say different things, a sentence each. */
export function tallyProblems(sums: Tally, totals: Totals): readonly string[] {
	const pairs: readonly (readonly [what: string, lines: number | bigint, state: number | bigint])[] = [
		['attempts', sums.attempts, totals.attempts],
		['calls', sums.calls, totals.calls],
		['input tokens', sums.tokens.input, totals.tokens.input],
		['cached tokens', sums.tokens.cached, totals.tokens.cached],
		['output tokens', sums.tokens.output, totals.tokens.output],
		['picodollars of direct calls', sums.cost.direct, totals.cost.direct],
		['picodollars of batches', sums.cost.batch, totals.cost.batch],
		['calls without a price', sums.unpricedCalls, totals.unpricedCalls],
		['calls that may have been billed', sums.maybeBilled.calls, totals.maybeBilled.calls],
		['tokens that may have been billed', sums.maybeBilled.tokens, totals.maybeBilled.tokens],
		['picodollars that may have been billed', sums.maybeBilled.cost, totals.maybeBilled.cost],
		['late answers', sums.duplicates, totals.duplicates],
		['batches submitted', sums.batches.submitted, totals.batches.submitted],
		['batches collected', sums.batches.collected, totals.batches.collected],
	];
	return pairs.flatMap(([what, lines, state]) =>
		lines === state ? [] : [`the lines add up to ${lines} ${what}, the replay to ${state}`],
	);
}
