import {type BatchState, indexesOf, isOpen} from '../../source/domain/batch.ts';
import {statusCode} from '../../source/domain/state.ts';
import {collected, shardCut, submitted, updated} from './batch-fixture.ts';
import type {Ledger} from './random-run.ts';
import {answered, failed, failure, type RunFixture} from './run-fixture.ts';

/** Something random that can happen to a run's batches; the ledger is kept beside `reduce`. */
export function randomBatchStep(
	{state, take}: RunFixture,
	ledger: Ledger,
	queueOf: (index: number) => number,
	random: () => number,
): void {
	const below = (limit: number) => Math.floor(random() * limit);
	const open = [...state.batches.values()];
	const batch = open[below(open.length)];
	const dice = random();
	if (!batch || random() < 0.2) {
		cut();
	} else if (!isOpen(batch)) {
		take({type: 'batch-cleaned', at: ledger.at, shard: batch.shard});
	} else if (batch.step === 'cut') {
		take(...submitted(batch.shard, ledger.at));
	} else if (dice < 0.05) {
		release(batch);
	} else if (dice < 0.15) {
		take(updated(batch.shard, 'in_progress', {at: ledger.at}));
	} else if (dice < 0.2) {
		const trouble = {failure: failure('server', 502), retryAt: ledger.at + 9};
		take({type: 'batch-step-failed', at: ledger.at, shard: batch.shard, ...trouble});
	} else if (dice < 0.25) {
		take({type: 'batch-cancel-asked', at: ledger.at, shard: batch.shard, pullsTail: random() < 0.7});
	} else if (dice < 0.28) {
		late(batch);
	} else {
		line(batch);
	}

	function cut(): void {
		const queue = below(state.queues.length);
		const indexes = ledger.status.flatMap((status, index) =>
			(status === 'queued' || status === 'waiting') &&
			queueOf(index) === queue &&
			!state.pulled.has(index) &&
			random() < 0.7
				? [index]
				: [],
		);
		if (indexes.length === 0) {
			return;
		}

		for (const index of indexes) {
			ledger.status[index] = 'batched';
		}

		take(shardCut(state.lastShard + 1, indexes, {at: ledger.at, queue}));
	}

	/** An answer that nobody waits for any more. */
	function late({shard, indexes, count}: BatchState): void {
		const position = below(count);
		const index = [...indexesOf(indexes)][position]!;
		const usage = {input: below(500), cached: 0, output: below(500)};
		const costPico = state.queues[queueOf(index)]!.price ? below(1e9) : null;
		pay(usage, costPico);
		const line = {shard, position};
		take({type: 'duplicate-answered', at: ledger.at, index, lane: 'batch', usage, costPico, line, raw: '{}'});
	}

	function pay(usage: {readonly input: number; readonly output: number}, costPico: number | null): void {
		ledger.tokens.input += usage.input;
		ledger.tokens.output += usage.output;
		ledger.unpriced += costPico === null ? 1 : 0;
		ledger.costPico += costPico ?? 0;
		ledger.sessionCostPico += costPico ?? 0;
	}

	/** What came back of a batch may be in a later one. */
	function waitingFor(batch: BatchState): readonly number[] {
		const later = [...state.batches.values()].filter(({shard}) => shard > batch.shard);
		const elsewhere = new Set(later.flatMap(({indexes}) => [...indexesOf(indexes)]));
		return [...indexesOf(batch.indexes)].filter(
			index => state.columns.status[index] === statusCode.batched && !elsewhere.has(index),
		);
	}

	function release(released: BatchState): void {
		for (const index of waitingFor(released)) {
			ledger.status[index] = 'queued';
		}

		const {shard} = released;
		take({type: 'shard-released', at: ledger.at, shard, reason: 'rejected', retryAt: null});
	}

	function line({shard, batchId}: BatchState): void {
		const index = waitingFor(state.batches.get(shard)!)[0];
		if (index === undefined) {
			take(collected(shard, {at: ledger.at}));
			return;
		}

		const via = {at: ledger.at, lane: 'batch', batchId, previous: state.columns.offset[index]!} as const;
		if (random() < 0.7) {
			ledger.attempts[index]!++;
			const usage = {input: below(500), cached: 0, output: below(500)};
			const costPico = state.queues[queueOf(index)]!.price ? below(1e9) : null;
			ledger.status[index] = 'done';
			pay(usage, costPico);
			ledger.sessionFinished++;
			take(answered(index, {...via, usage, costPico, allowed: 500}));
		} else {
			ledger.status[index] = 'queued';
			take(failed(index, {...via, sequel: 'requeue', failure: failure('expired')}));
		}
	}
}
