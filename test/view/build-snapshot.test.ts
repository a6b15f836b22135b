import {describe, expect, test} from 'vitest';
import {changedSource} from '../../source/domain/changed-source.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import {usd} from '../../source/domain/money.ts';
import type {RequestSource} from '../../source/domain/request.ts';
import {defaultSettings} from '../../source/domain/settings.ts';
import {statuses} from '../../source/domain/state.ts';
import {createSnapshotBuilder, type SnapshotBuilder} from '../../source/view/build-snapshot.ts';
import {plainOrder} from '../../source/view/snapshot.ts';
import {firstQueueOf, type RandomRun, randomRun} from '../domain/random-run.ts';
import {
	answered,
	created,
	failure,
	queueInfo,
	type RunFixture,
	runFixture,
	sessionStarted,
	start,
	started,
	testPrice,
} from '../domain/run-fixture.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

const calm = {draining: false, diskFull: null, heldPico: 0n, rates: [], undo: null};
const seed = testSeed('build-snapshot');

function builderOf(run: RunFixture, queueOf: (index: number) => number = () => 0): SnapshotBuilder {
	const queues = run.state.queues.map(({info}) => info);
	return createSnapshotBuilder({
		name: 'test',
		settings: defaultSettings,
		queueRules: null,
		source: {count: run.state.count, queues, queueOf, id: String},
		readEvent: run.readEvent,
	});
}

function watched(run: RandomRun): SnapshotBuilder {
	const builder = builderOf(run, run.queueOf);
	for (const event of run.events) {
		builder.observe(event, run.state);
	}

	return builder;
}

describe('a random run', () => {
	test.each(Array.from({length: 15}, (_, round) => seed + round))(
		'of seed %i: aggregates equal a recount',
		one => {
			const run = randomRun(seededRandom(one), 90, 900);
			const {ledger, state} = run;
			const builder = watched(run);
			builder.look({top: 0, count: 500, cursorIndex: 7, order: plainOrder, showsGroups: false});
			const snapshot = builder.build(state, calm, ledger.at);
			const recount = Object.fromEntries(
				statuses.map(status => [status, ledger.status.filter(other => other === status).length]),
			);
			expect(snapshot.counts).toEqual(recount);
			expect(snapshot.total).toBe(90);
			expect(snapshot.rows.rows.map(({index}) => index).sort((a, b) => a - b)).toEqual([...Array(90).keys()]);
			expect(snapshot.rows.rows[snapshot.rows.cursor!.position]!.index).toBe(7);
			for (const row of snapshot.rows.rows) {
				expect(row.status).toBe(ledger.status[row.index]);
				expect(row.attempts).toBe(ledger.attempts[row.index]);
				expect(row.attempts).toBeLessThanOrEqual(row.attemptsAllowed);
				expect(row.retryAt !== null).toBe(row.status === 'waiting');
			}

			const attempts = ledger.attempts.reduce((sum, count) => sum + count);
			expect(snapshot.retries).toMatchObject({
				waiting: recount.waiting,
				nextRetryAt: state.waiting.size > 0 ? Math.min(...state.waiting.values()) : null,
				retries: attempts - ledger.attempts.filter(count => count > 0).length - state.totals.rounds,
			});
			expect(snapshot.inFlight.count).toBe(recount['in-flight']);
			expect(snapshot.cost).toMatchObject({
				spentUsd: usd(BigInt(ledger.costPico)),
				unpricedCalls: ledger.unpriced,
				maybeBilledCalls: ledger.maybeBilledCalls,
				inputTokens: ledger.tokens.input,
				cachedTokens: ledger.tokens.cached,
				outputTokens: ledger.tokens.output,
			});
			expect(snapshot.cost.forecastUsd ?? snapshot.cost.spentUsd).toBeGreaterThanOrEqual(
				snapshot.cost.spentUsd,
			);
			const inQueues = snapshot.cost.byQueue.reduce((sum, {costUsd}) => sum + (costUsd ?? 0), 0);
			expect(inQueues).toBeCloseTo(snapshot.cost.spentUsd, 9);
		},
	);

	test('looks the same to one that watched from the start and one that came in between', () => {
		const run = randomRun(seededRandom(seed), 90, 900, true);
		const replayed = runFixture(run.events[0]!);
		const queueNow = (index: number) =>
			changedSource({queueOf: firstQueueOf} as RequestSource, replayed.state).queueOf(index);
		const late = builderOf(run, queueNow);
		const early = builderOf(run, queueNow);
		early.build(replayed.state, calm, start);
		for (const [number, event] of run.events.entries()) {
			if (number > 0) {
				replayed.take(event);
			}

			early.observe(event, replayed.state);
			if (number === 450) {
				late.build(replayed.state, calm, start);
			}

			if (number > 450) {
				late.observe(event, replayed.state);
			}
		}

		const {cost, retries, counts} = early.build(run.state, calm, run.ledger.at);
		const other = late.build(run.state, calm, run.ledger.at);
		expect(other.counts).toEqual(counts);
		expect({...other.cost, usdPerHour: null}).toEqual({...cost, usdPerHour: null});
		expect([other.retries.nextRetryAt, other.retries.waiting]).toEqual([
			retries.nextRetryAt,
			retries.waiting,
		]);
	});
});

describe('a snapshot', () => {
	const run = runFixture(created(4, [queueInfo('gpt-4o-mini')]));
	const builder = builderOf(run);
	const take = (...events: readonly RunEvent[]) => {
		run.take(...events);
		for (const event of events) {
			builder.observe(event, run.state);
		}
	};

	test('before the session is STARTING, with nothing known', () => {
		expect(builder.build(run.state, calm, start)).toMatchObject({
			phase: 'STARTING',
			models: 'gpt-4o-mini',
			perSecond: null,
			eta: null,
			report: null,
			inFlight: {p50Ms: null, p95Ms: null, oldest: []},
			cost: {forecastUsd: null, usdPerHour: null, priceUnknown: true, source: ''},
		});
	});

	test('holds the oldest calls first, and the forecast at the mean of what was seen', () => {
		take(sessionStarted(), started([0, 1]), started([2], start + 500));
		take(answered(1, {at: start + 2000, costPico: 1e10}));
		const snapshot = builder.build(run.state, calm, start + 3000);
		expect(snapshot.inFlight.oldest).toEqual([
			{id: '0', others: 0, model: 'gpt-4o-mini', ageMs: 3000, attempt: 1},
			{id: '2', others: 0, model: 'gpt-4o-mini', ageMs: 2500, attempt: 1},
		]);
		expect(snapshot.inFlight.p50Ms).toBeCloseTo(2000, -2);
		expect(snapshot.cost).toMatchObject({
			spentUsd: 0.01,
			forecastUsd: 0.04,
			priceUnknown: false,
			source: 'test',
		});
		expect(snapshot.elapsedMs).toBe(3000);
	});

	test('crosses threads, and does not change once it is taken', () => {
		const snapshot = builder.build(run.state, calm, start + 3000);
		const copy = structuredClone(snapshot);
		take(answered(0, {at: start + 4000, costPico: 1e10}), {
			type: 'paused',
			at: start + 4000,
			cause: 'person',
		});
		expect(snapshot).toEqual(copy);
	});

	test('of a run that is over has the report, and its clock stands', () => {
		take({type: 'resumed', at: start + 5000}, started([3], start + 5000));
		take(answered(2, {at: start + 6000}), answered(3, {at: start + 7000}), {
			type: 'run-finished',
			at: start + 7001,
		});
		const snapshot = builder.build(run.state, calm, start + 99_000);
		expect(snapshot).toMatchObject({phase: 'DONE', elapsedMs: 7001, eta: null});
		expect(snapshot.report?.requests).toEqual({total: 4, done: 4, failed: 0, pending: 0});
		expect(snapshot.notices.map(({text}) => text)).toEqual([
			'paused by a person',
			'resumed',
			'every request has its outcome: 4 done, 0 failed',
		]);
	});
});

test('the ETA is that of what can go on: what a held queue still has waits for a person', () => {
	const run = runFixture(created(200, [queueInfo('a'), queueInfo('b')]));
	const builder = builderOf(run, index => index % 2);
	const take = (event: RunEvent) => {
		run.take(event);
		builder.observe(event, run.state);
	};
	take(sessionStarted([testPrice, testPrice]));
	for (let index = 0; index < 120; index += 2) {
		take(started([index], start + index * 500));
		take(answered(index, {at: start + (index + 2) * 500, startedAt: start + index * 500}));
	}

	const secondsLeft = () => {
		const {eta} = builder.build(run.state, calm, start + 60_500);
		return typeof eta === 'object' && eta !== null && 'ms' in eta ? Math.round(eta.ms / 1000) : eta;
	};
	expect(secondsLeft()).toBeCloseTo(140, -1);
	take({type: 'queue-held', at: start + 60_000, queue: 1, failure: failure('auth', 401)});
	expect(secondsLeft()).toBeCloseTo(40, -1);
});

test('several queues are named by their number', () => {
	const run = runFixture(created(4, [queueInfo('a'), queueInfo('b')]));
	expect(builderOf(run).build(run.state, calm, start).models).toBe('2 models');
	const grouped = runFixture(
		created(2, [queueInfo('gpt-4o'), {...queueInfo('gpt-4o'), key: 'openai/gpt-4o (a)'}]),
	);
	expect(builderOf(grouped).build(grouped.state, calm, start).models).toBe('gpt-4o');
});
