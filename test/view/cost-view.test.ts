import {describe, expect, test} from 'vitest';
import {heldByBatches} from '../../source/domain/ceiling.ts';
import {defaultSettings} from '../../source/domain/settings.ts';
import type {RunState} from '../../source/domain/state.ts';
import {costViewOf} from '../../source/view/cost-view.ts';
import {queueLanes} from '../../source/view/lane-view.ts';
import {shardCut, submitted} from '../domain/batch-fixture.ts';
import {
	answered,
	created,
	failed,
	queueInfo,
	runFixture,
	sessionStarted,
	start,
	started,
	testPrice,
} from '../domain/run-fixture.ts';

/** Everything goes direct. */
function costView(state: RunState, pending: readonly number[], perHour: number | null = null) {
	const lanes = queueLanes(state, pending, [], null, defaultSettings);
	return costViewOf(state, defaultSettings.limits, lanes, perHour, 0n);
}

const usage = {input: 10, cached: 0, output: 5};

test('cutting calls off puts at stake what they may cost, and nothing of the batches', () => {
	const {state} = runFixture(created(4), sessionStarted(), shardCut(1, [0, 1, 2, 3]), ...submitted(1));
	const batches = heldByBatches(state).costPico;
	expect(batches).toBeGreaterThan(0n);
	const view = costViewOf(state, defaultSettings.limits, [], null, batches + 2_000_000_000n);
	expect(view.atStakeUsd).toBe(0.002);
	expect(view.heldUsd).toBeGreaterThan(0.002);
});

describe('the forecast', () => {
	const queues = [queueInfo('cheap'), queueInfo('dear'), queueInfo('new'), queueInfo('unknown')];
	const run = runFixture(
		created(100, queues),
		sessionStarted([testPrice, testPrice, testPrice, null]),
		started([0, 1]),
		answered(0, {usage, costPico: 1e9}),
		failed(1, {sequel: 'fail', usage, costPico: 1e9}),
		started([2], start, 1),
		answered(2, {usage, costPico: 1e10}),
		started([3], start, 3),
		answered(3, {usage, costPico: null}),
	);

	test('takes each queue at its own mean, and one without a mean at that of all', () => {
		const {spentUsd, forecastUsd} = costView(run.state, [10, 5, 2, 7]);
		expect(spentUsd).toBe(0.012);
		expect(forecastUsd).toBeCloseTo(0.012 + 10 * 0.001 + 5 * 0.01 + 2 * 0.004, 12);
	});

	test('is what was spent when nothing is left', () => {
		expect(costView(run.state, [0, 0, 0, 0]).forecastUsd).toBe(0.012);
	});

	test('by queue: dearest first, those without a price last and unknown', () => {
		const {byQueue, priceUnknown, unpricedCalls, source} = costView(run.state, [0, 0, 0, 0], 9.8e12);
		expect(byQueue.map(({key, costUsd}) => [key, costUsd])).toEqual([
			['openai/dear', 0.01],
			['openai/cheap', 0.002],
			['openai/new', 0],
			['openai/unknown', null],
		]);
		expect(byQueue[1]).toMatchObject({done: 1, failed: 1, inputTokens: 20, outputTokens: 10});
		expect({priceUnknown, unpricedCalls, source}).toEqual({
			priceUnknown: false,
			unpricedCalls: 1,
			source: 'test',
		});
	});
});

test('nothing is forecast before the first price was paid, and no price is called unknown', () => {
	const run = runFixture(
		created(3),
		sessionStarted([null]),
		started([0]),
		answered(0, {usage, costPico: null}),
	);
	expect(costView(run.state, [2])).toMatchObject({
		spentUsd: 0,
		forecastUsd: null,
		usdPerHour: null,
		priceUnknown: true,
		source: '',
	});
});

test('an hour costs what it costs', () => {
	expect(costView(runFixture(created(1)).state, [1], 9.8e12).usdPerHour).toBe(9.8);
});
