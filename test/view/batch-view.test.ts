import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {defaultSettings, type RunSettings} from '../../source/domain/settings.ts';
import {createSnapshotBuilder} from '../../source/view/build-snapshot.ts';
import type {RunSnapshot} from '../../source/view/snapshot.ts';
import {collected, shardCut, submitted, updated} from '../domain/batch-fixture.ts';
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
	testPrice,
} from '../domain/run-fixture.ts';

const calm = {draining: false, diskFull: null, heldPico: 0n, rates: [], undo: null};
const dayMs = 86_400_000;
const indexes = (from: number, count: number) => Array.from({length: count}, (_, step) => from + step);

type Watched = {
	take(...events: readonly RunEvent[]): void;
	look(at?: number): RunSnapshot;
};

/** A run of 400 requests of one queue that has a Batch API. */
function watch(settings: Partial<RunSettings> = {}, hasBatch = true): Watched {
	const queues = [queueInfo('gpt-4o-mini')];
	const run = runFixture(created(400, queues));
	const builder = createSnapshotBuilder({
		name: 'test',
		settings: {...defaultSettings, ...settings},
		queueRules: [{hasBatch, maxOutput: null}],
		source: {count: 400, queues, queueOf: () => 0, id: String},
		readEvent: run.readEvent,
	});
	const take = (...events: readonly RunEvent[]) => {
		for (const event of events) {
			run.take(event);
			builder.observe(event, run.state);
		}
	};
	take(sessionStarted([testPrice]));
	return {take, look: (at = start + 1000) => builder.build(run.state, calm, at)};
}

const ofBatch = {lane: 'batch', batchId: 'batch_1'} as const;

describe('a batch', () => {
	test('goes from our steps to the words of the API, and is forgotten', () => {
		const {take, look} = watch();
		const seen: string[] = [];
		const step = (...events: readonly RunEvent[]) => {
			take(...events);
			seen.push(
				look()
					.batches.list.map(({status}) => status)
					.join(),
			);
		};
		const [uploaded, submitting, create] = submitted(1);
		step(shardCut(1, indexes(0, 200)));
		step(uploaded!);
		step(submitting!);
		step(create!);
		step(updated(1, 'in_progress'));
		step(updated(1, 'completed'));
		step(collected(1));
		step({type: 'batch-cleaned', at: start, shard: 1});
		expect(seen).toEqual([
			'cut',
			'uploaded',
			'submitting',
			'validating',
			'in_progress',
			'completed, collecting',
			'collected',
			'',
		]);
	});

	test('shows counts, times, money and what is wrong', () => {
		const {take, look} = watch();
		take(shardCut(1, indexes(0, 200), {worstPico: 42e10}), ...submitted(1));
		take(
			updated(1, 'in_progress', {
				counts: {total: 200, completed: 120, failed: 4},
				expiresAt: start + dayMs,
			}),
		);
		take({
			type: 'batch-step-failed',
			at: start,
			shard: 1,
			failure: failure('server', 503, 'overloaded'),
			retryAt: start + 9000,
		});
		const {batches} = look(start + 60_000);
		expect(batches).toMatchObject({open: 1, remote: 1, finished: 124, total: 200});
		expect(batches.list[0]).toEqual({
			shard: 1,
			batchId: 'batch_1',
			status: 'in_progress',
			done: 120,
			failed: 4,
			total: 200,
			ageMs: 60_000,
			expiresInMs: dayMs - 60_000,
			inputTokens: 2000,
			outputTokens: 1000,
			worstUsd: 0.42,
			spentUsd: 0,
			isCancelling: false,
			trouble: '503 server: overloaded',
			retryAt: start + 9000,
			isStalled: false,
		});
		expect(look(start + 30 * 60_000).batches.list[0]!.isStalled).toBe(true);
	});

	test('that requests wait for stands before one that is only cleaned up', () => {
		const {take, look} = watch();
		take(shardCut(1, [0]), ...submitted(1), collected(1), shardCut(2, [1]));
		expect(look().batches.list.map(({shard}) => shard)).toEqual([2, 1]);
	});
});

describe('the lanes', () => {
	test('are those that work now, and the reason is said', () => {
		const {take, look} = watch();
		expect(look()).toMatchObject({
			lanes: 'BATCH',
			hasBatchLane: true,
			laneReasons: [
				{
					queue: 'openai/gpt-4o-mini',
					lane: 'batch',
					why: expect.stringContaining('400 open requests, at least batch.min_requests 101'),
				},
			],
		});
		take(shardCut(1, indexes(0, 350)));
		expect(look()).toMatchObject({lanes: 'BATCH+DIRECT', laneReasons: [{lane: 'direct'}]});
		take({type: 'direct-forced', at: start, isOn: true});
		expect(look()).toMatchObject({lanes: 'BATCH+DIRECT (forced)', forceDirect: true});
	});

	test('without a Batch API are one', () => {
		expect(watch({}, false).look()).toMatchObject({lanes: 'DIRECT', hasBatchLane: false});
		expect(watch({mode: 'direct'}).look()).toMatchObject({lanes: 'DIRECT', hasBatchLane: false});
	});
});

describe('the phase', () => {
	const waiting = (): Watched => {
		const watched = watch();
		watched.take(shardCut(1, indexes(0, 400)), ...submitted(1));
		return watched;
	};

	test('is WAITING while only batches at the API are left, and the ETA their expiry', () => {
		const {look} = waiting();
		expect(look()).toMatchObject({
			phase: 'WAITING',
			phaseDetail: '1 batch at the API, first expires in 23h',
			eta: {atMostMs: dayMs - 1000},
		});
	});

	test('is GUARD, CEILING or PAUSED before that', () => {
		const {take, look} = waiting();
		take({type: 'limit-reached', at: start, limit: 'task.cost', value: 50});
		expect(look()).toMatchObject({
			phase: 'CEILING',
			phaseDetail: 'task.cost of $50.00 reached; + in pane 4 or --max-cost USD raises it',
		});
		take({type: 'guard-tripped', at: start, reason: '2 bad passes in a row'});
		expect(look()).toMatchObject({
			phase: 'GUARD',
			phaseDetail: '2 bad passes in a row; p or --unpause goes on',
		});
		take({type: 'paused', at: start, cause: 'person'});
		expect(look().phase).toBe('PAUSED');
		take({type: 'resumed', at: start});
		expect(look().phase).toBe('WAITING');
	});

	test('is RUNNING while calls are out, or a batch is only being prepared', () => {
		const {take, look} = watch();
		take(shardCut(1, indexes(0, 399)));
		expect(look().phase).toBe('RUNNING');
		take(...submitted(1), started([399]));
		expect(look().phase).toBe('RUNNING');
	});
});

describe('money', () => {
	test('forecasts batches by what they predict, until answers tell', () => {
		const {take, look} = watch();
		expect(look().cost.forecastUsd).toBeNull();
		take(shardCut(1, indexes(0, 200)));
		// 10 tokens in at 1.25 and 5 out at 5 USD per million, for each of 400.
		expect(look().cost.forecastUsd).toBeCloseTo(400 * 37.5e-6, 12);
		take(...submitted(1));
		const usage = {input: 10, cached: 0, output: 10};
		take(answered(0, {...ofBatch, usage, costPico: 62.5e6}));
		expect(look().cost).toMatchObject({spentUsd: 62.5e-6, batchShare: 1, meanUsd: 62.5e-6});
		expect(look().cost.forecastUsd).toBeCloseTo(400 * 62.5e-6, 12);
	});

	test('says what direct mode would cost for what would go by batch', () => {
		const {take, look} = watch();
		take(shardCut(1, indexes(0, 200)));
		const {forcing} = look().cost;
		expect(forcing?.requests).toBe(400);
		expect(forcing?.directUsd).toBeCloseTo(400 * 75e-6, 12);
		expect(forcing?.batchUsd).toBeCloseTo(400 * 37.5e-6, 12);
		take(...submitted(1));
		expect(look().cost.forcing?.requests).toBe(200);
	});

	test('names the ceilings that are set, and what was used of them', () => {
		const none = {requests: null, tokens: null, costPico: null};
		const {take, look} = watch({
			limits: {task: {...none, costPico: 50_000_000_000_000n}, session: {...none, requests: 9}},
		});
		take(started([0]), answered(0, {costPico: 2e12}));
		expect(look().cost).toMatchObject({
			ceilingUsd: 50,
			ceilings: [
				{limit: 'task.cost', used: 2, of: 50},
				{limit: 'session.requests', used: 1, of: 9},
			],
		});
		take({type: 'ceiling-raised', at: start, costPico: 60e12, over: 50e12});
		expect(look().cost.ceilingUsd).toBe(60);
	});
});

test('a wipe brings the failed back into what is pending, and the latency of a batch is none', () => {
	const {take, look} = watch({mode: 'direct'});
	take(started([0, 1]), answered(0, {costPico: 1e12}), failed(1, {sequel: 'fail'}));
	expect(look().cost.forecastUsd).toBeCloseTo(1 + 398 * 0.5, 9);
	take({
		type: 'requests-wiped',
		at: start,
		what: 'failed',
		indexes: [[1, 1]],
		failedKinds: {server: 1},
		failedByQueue: [1],
	});
	expect(look().cost.forecastUsd).toBeCloseTo(1 + 399, 9);
	const batch = watch();
	batch.take(shardCut(1, [0]), ...submitted(1), answered(0, {...ofBatch, at: start + 900}));
	expect(batch.look().inFlight).toMatchObject({p50Ms: null, p95Ms: null});
});

test('the direct lane has its own ETA while batches are out, and these theirs', () => {
	const queues = [queueInfo('gpt-4o-mini'), queueInfo('llama', 'local')];
	const run = runFixture(created(400, queues));
	const builder = createSnapshotBuilder({
		name: 'test',
		settings: {...defaultSettings, mode: 'auto'},
		queueRules: [
			{hasBatch: true, maxOutput: null},
			{hasBatch: false, maxOutput: null},
		],
		source: {count: 400, queues, queueOf: index => (index < 200 ? 0 : 1), id: String},
		readEvent: run.readEvent,
	});
	const take = (...events: readonly RunEvent[]) => {
		for (const event of events) {
			run.take(event);
			builder.observe(event, run.state);
		}
	};
	take(sessionStarted([testPrice, null]), shardCut(1, indexes(0, 200)), ...submitted(1));
	for (let index = 200; index < 300; index++) {
		const at = start + (index - 199) * 500;
		take(started([index], at - 500, 1), answered(index, {at, startedAt: at - 500}));
	}

	const now = start + 50_000;
	const {eta, etas} = builder.build(run.state, calm, now);
	expect(eta).toEqual({atMostMs: dayMs - 50_000});
	expect(etas.batch).toEqual({atMostMs: dayMs - 50_000});
	expect((etas.direct as {readonly ms: number}).ms / 50_000).toBeCloseTo(1, 1);
	// A whole batch at once says nothing about the pace of the calls.
	for (const index of indexes(0, 200)) {
		take(answered(index, {...ofBatch, at: now}));
	}

	take(collected(1, {at: now}));
	const after = builder.build(run.state, calm, now);
	expect(after.etas.batch).toBeNull();
	expect(after.etas.direct).toEqual(etas.direct);
	expect(after.eta).toEqual(etas.direct);
});
