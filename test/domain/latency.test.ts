import {describe, expect, test} from 'vitest';
import {addLatencies, latencyQuantiles, noteLatency} from '../../source/domain/latency.ts';
import {restoreState, saveState} from '../../source/store/saved-state.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {answered, created, failed, runFixture, sessionStarted, started} from './run-fixture.ts';

describe('latencies', () => {
	test('give quantiles within 5 %', () => {
		const seed = testSeed('latency');
		const random = seededRandom(seed);
		const times = Array.from({length: 5000}, () => Math.round(20 + 8000 * random() ** 3));
		const counts: number[] = [];
		for (const ms of times) {
			noteLatency(counts, ms);
		}

		const sorted = times.toSorted((a, b) => a - b);
		for (const quantile of [0.05, 0.5, 0.95, 0.99]) {
			const exact = sorted[Math.ceil(quantile * sorted.length) - 1]!;
			const [found] = latencyQuantiles(counts, [quantile]);
			expect(Math.abs(found! / exact - 1), `seed ${seed}, ${quantile}`).toBeLessThan(0.05);
		}
	});

	test('are unknown without answers, and add up over queues', () => {
		expect(latencyQuantiles([], [0.5, 0.95])).toEqual([null, null]);
		const [fast, slow]: [number[], number[]] = [[], []];
		for (let call = 0; call < 90; call++) {
			noteLatency(fast, 100);
		}

		for (let call = 0; call < 10; call++) {
			noteLatency(slow, 60_000);
		}

		const sum: number[] = [];
		addLatencies(sum, fast);
		addLatencies(sum, slow);
		const [p50, p95] = latencyQuantiles(sum, [0.5, 0.95]);
		expect(p50! / 100).toBeCloseTo(1, 1);
		expect(p95! / 60_000).toBeCloseTo(1, 1);
	});

	test('of no time, of a clock that was set back and of hours have a bin', () => {
		const counts: number[] = [];
		for (const ms of [0, -5, 36_000_000]) {
			noteLatency(counts, ms);
		}

		expect(counts.length).toBe(288);
		expect(counts[0]).toBe(2);
		expect(counts[287]).toBe(1);
	});
});

describe('a queue', () => {
	const run = runFixture(created(4), sessionStarted(), started([0, 1, 2]));
	run.take(answered(0), failed(1), answered(2, {lane: 'batch'}));

	test('counts answers to direct calls, and neither failures nor lines of batches', () => {
		expect(run.state.queues[0]!.latencies.reduce((sum, count) => sum + count, 0)).toBe(1);
	});

	test('keeps them in the state file; one of an older version has none', () => {
		const saved = JSON.parse(JSON.stringify(saveState(run.state, '0')));
		expect(restoreState(saved)!.queues[0]!.latencies).toEqual(run.state.queues[0]!.latencies);
		const {latencies: _, ...older} = saved.queues[0];
		expect(restoreState({...saved, queues: [older]})!.queues[0]!.latencies).toEqual([]);
	});
});
