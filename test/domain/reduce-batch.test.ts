import {describe, expect, test} from 'vitest';
import {heldByBatches} from '../../source/domain/ceiling.ts';
import {statuses} from '../../source/domain/state.ts';
import {collected, shardCut, submitted, updated} from './batch-fixture.ts';
import {
	answered,
	created,
	failed,
	failure,
	queueInfo,
	runFixture,
	sessionStarted,
	start,
	started,
} from './run-fixture.ts';

function wordsOf(run: ReturnType<typeof runFixture>): readonly string[] {
	return [...run.state.columns.status].map(code => statuses[code]!);
}

function batchedRun(count = 4) {
	return runFixture(
		created(count),
		sessionStarted(),
		shardCut(
			1,
			Array.from({length: count}, (_, index) => index),
		),
		...submitted(1),
	);
}

test('requests of a shard are batched and held for, and no attempt of them is counted yet', () => {
	const {state} = batchedRun();
	expect(state.totals.status).toEqual([0, 0, 0, 4, 0, 0]);
	expect(state.totals.attempts).toBe(0);
	expect(heldByBatches(state)).toEqual({requests: 4, tokens: 80, costPico: 4000n});
	expect(state.batches.get(1)).toMatchObject({step: 'submitted', batchId: 'batch_1', fileId: 'file-1'});
});

test('each line ends one attempt, and what a batch holds is free when it is collected', () => {
	const run = batchedRun();
	const via = {lane: 'batch', batchId: 'batch_1'} as const;
	const usage = {input: 10, cached: 4, output: 3};
	run.take(
		updated(1, 'completed'),
		answered(0, {...via, usage, costPico: 700, allowed: 30}),
		failed(1, {...via, sequel: 'retry', failure: failure('server', 500)}),
		failed(2, {...via, sequel: 'requeue', failure: failure('expired')}),
	);
	expect(wordsOf(run)).toEqual(['done', 'waiting', 'queued', 'batched']);
	// An expired line never ran.
	expect([...run.state.columns.attempts]).toEqual([1, 1, 0, 0]);
	expect(heldByBatches(run.state).costPico).toBe(3300n);
	expect(run.state.batches.get(1)).toMatchObject({remaining: 1, used: {input: 10, output: 3}});
	run.take(failed(3, {...via, sequel: 'requeue', failure: failure('missing')}), collected(1));
	expect(run.state.totals).toMatchObject({
		attempts: 3,
		cost: {direct: 0n, batch: 700n},
		done: {direct: 0, batch: 1},
		batches: {submitted: 1, collected: 1},
	});
	expect(run.state.queues[0]).toMatchObject({done: 1, cost: {direct: 0n, batch: 700n}, inFlight: 0});
	expect(run.state.expired).toEqual(new Map([[2, 1]]));
	expect(run.state.missing).toEqual(new Map([[3, 1]]));
	expect(heldByBatches(run.state)).toEqual({requests: 0, tokens: 0, costPico: 0n});
	run.take({type: 'batch-cleaned', at: start, shard: 1});
	expect(run.state.batches.size).toBe(0);
	expect(run.state.lastShard).toBe(1);
});

test('the cost of answers that belong to no request is counted with their batch', () => {
	const run = batchedRun();
	const orphanTokens = {input: 5, cached: 0, output: 6};
	run.take(collected(1, {aside: {unknown: 1, garbled: 2, orphans: 1, orphanTokens, orphanPico: 99}}));
	expect(run.state.totals.aside).toEqual({unknown: 1, duplicate: 0, garbled: 2, orphans: 1});
	expect(run.state.totals.cost.batch).toBe(99n);
	expect(run.state.session.cost).toBe(99n);
	expect(run.state.totals.tokens).toEqual(orphanTokens);
});

test('a released shard gives back those that have no outcome, and holds nothing', () => {
	const run = batchedRun();
	run.take(
		answered(0, {lane: 'batch', batchId: 'batch_1'}),
		{
			type: 'batch-rejected',
			at: start,
			shard: 1,
			failure: failure('rate_limit', null, 'too many tokens'),
			lines: [],
			tokenLimit: 90_000,
		},
		{type: 'shard-released', at: start, shard: 1, reason: 'token-limit', retryAt: start + 5000},
	);
	expect(wordsOf(run)).toEqual(['done', 'queued', 'queued', 'queued']);
	expect(run.state.queues[0]).toMatchObject({enqueuedLimit: 90_000, submitAt: start + 5000});
	expect(heldByBatches(run.state).costPico).toBe(0n);
});

test('a failed step is remembered until the next one succeeds', () => {
	const run = batchedRun();
	const trouble = {type: 'batch-step-failed', at: start, shard: 1, failure: failure('server', 502)} as const;
	run.take({...trouble, retryAt: start + 1}, {...trouble, retryAt: start + 2});
	expect(run.state.batches.get(1)?.trouble).toMatchObject({times: 2, retryAt: start + 2});
	run.take(updated(1, 'in_progress'));
	expect(run.state.batches.get(1)?.trouble).toBeNull();
});

describe('wiping', () => {
	test('failed requests return with a fresh budget, and the succeeded are untouched', () => {
		const run = runFixture(
			created(3),
			sessionStarted(),
			started([0, 1, 2]),
			answered(0),
			failed(1, {sequel: 'retry'}),
			started([1]),
			failed(1, {sequel: 'fail'}),
			failed(2, {sequel: 'fail', failure: failure('context_length', 400)}),
			{type: 'run-finished', at: start},
			{type: 'results-written', at: start},
			{
				type: 'requests-wiped',
				at: start,
				what: 'failed',
				indexes: [[1, 2]],
				failedKinds: {server: 1, context_length: 1},
				failedByQueue: [2],
			},
		);
		expect(wordsOf(run)).toEqual(['done', 'queued', 'queued']);
		expect([...run.state.columns.retries]).toEqual([0, 0, 0]);
		expect([...run.state.columns.attempts]).toEqual([1, 2, 1]);
		expect(run.state.totals.failed.size).toBe(0);
		expect(run.state.queues[0]?.failed).toBe(0);
		expect(run.state).toMatchObject({finishedAt: null, resultsWritten: false});
	});
});

describe('a guard', () => {
	test('counts bad passes in a row, and a person clears it', () => {
		const run = runFixture(created(3), sessionStarted());
		const pass = {type: 'pass-judged', at: start, lane: 'batch', requests: 10, passed: 1} as const;
		run.take({...pass, isBad: true}, {...pass, isBad: false}, {...pass, isBad: true}, {...pass, isBad: true});
		expect(run.state.guard.badPasses).toBe(2);
		run.take({type: 'guard-tripped', at: start, reason: 'two bad passes'});
		expect(run.state.guard.tripped).toBe('two bad passes');
		run.take({type: 'resumed', at: start});
		expect(run.state.guard).toMatchObject({tripped: null, badPasses: 0});
	});

	test('judges the direct requests that finished since the last pass', () => {
		const run = runFixture(created(3), sessionStarted(), started([0, 1, 2]), answered(0), failed(1));
		run.take(failed(2, {sequel: 'fail'}));
		expect(run.state.guard).toMatchObject({finished: 2, passed: 1});
		run.take({type: 'pass-judged', at: start, lane: 'direct', requests: 2, passed: 1, isBad: false});
		expect(run.state.guard).toMatchObject({finished: 0, passed: 0});
	});
});

test('a changed spec moves the lines of a batch with their requests; those that left it belong to none', () => {
	const run = batchedRun(5);
	run.take(answered(4, {lane: 'batch', batchId: 'batch_1'}), {
		type: 'spec-changed',
		at: start,
		specDigest: 'other',
		epoch: 2,
		count: 4,
		queues: [run.state.queues[0]!.info],
		// 3 and 4 come first, then 1; 0 and 2 leave; 3 is new.
		kept: [
			[0, 3, 2],
			[2, 1, 1],
		],
		failedKinds: {},
	});
	expect(wordsOf(run)).toEqual(['batched', 'done', 'batched', 'queued']);
	expect(run.state.batches.get(1)).toMatchObject({
		indexes: [
			[-1, 1],
			[2, 1],
			[-1, 1],
			[0, 2],
		],
		remaining: 2,
	});
});

test('a raised ceiling clears the one that was reached', () => {
	const run = runFixture(created(1), sessionStarted(), {
		type: 'limit-reached',
		at: start,
		limit: 'task.cost',
		value: 1,
	});
	expect(run.state.limitReached).toEqual({limit: 'task.cost', value: 1});
	run.take({type: 'ceiling-raised', at: start, costPico: 5, over: 1});
	expect(run.state).toMatchObject({limitReached: null, raisedCost: {over: 1, costPico: 5}});
});

test('a shard that is released gives back no request that a later one holds', () => {
	const run = runFixture(
		created(3, [queueInfo('gpt-4o-mini'), queueInfo('other')]),
		sessionStarted([null, null]),
		shardCut(1, [0, 1, 2]),
		...submitted(1),
		failed(1, {lane: 'batch', batchId: 'batch_1', sequel: 'requeue'}),
		// Its model was changed.
		shardCut(2, [1], {queue: 1}),
		{type: 'shard-released', at: start, shard: 1, reason: 'rejected', retryAt: null},
	);
	expect(wordsOf(run)).toEqual(['queued', 'batched', 'queued']);
});
