import {describe, expect, test} from 'vitest';
import {etaOf} from '../../source/view/eta.ts';
import {createPace, observePace, type Pace} from '../../source/view/pace.ts';
import type {Phase} from '../../source/view/phase-name.ts';
import {answered, sessionStarted, start} from '../domain/run-fixture.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

function paceOf(finishedAt: readonly number[]): Pace {
	const pace = createPace();
	observePace(pace, sessionStarted());
	for (const at of finishedAt) {
		observePace(pace, answered(0, {at}));
	}

	return pace;
}

function every(ms: number, count: number): number[] {
	return Array.from({length: count}, (_, number) => start + (number + 1) * ms);
}

function eta(
	pace: Pace,
	atMs: number,
	more: {
		phase?: Phase;
		remaining?: number;
		last?: number;
		retryMs?: number;
		out?: number;
		tailMs?: number;
		until?: number;
	} = {},
) {
	return etaOf(pace, start + atMs, {
		phase: more.phase ?? 'RUNNING',
		remaining: more.remaining ?? 1000,
		lastFinishedAt: more.last ?? start + atMs,
		lastRetryAt: more.retryMs === undefined ? null : start + atMs + more.retryMs,
		inFlight: more.out ?? 0,
		tailMs: more.tailMs ?? 0,
		batchesUntil: more.until ?? 'none',
	});
}

function known(value: ReturnType<typeof eta>): {ms: number; plusMinusMs: number} {
	expect(value).toBeTypeOf('object');
	return value as {ms: number; plusMinusMs: number};
}

describe('the ETA', () => {
	test('is hidden until 30 s or 50 requests have passed', () => {
		expect(eta(paceOf(every(100, 49)), 5000)).toBeNull();
		expect(eta(paceOf(every(100, 50)), 5000)).not.toBeNull();
		expect(eta(paceOf(every(1000, 29)), 29_999)).toBeNull();
		expect(eta(paceOf(every(1000, 29)), 30_000)).not.toBeNull();
	});

	test('follows the rate of the last minute, not that of the run', () => {
		const fastThenSlow = [...every(10, 2000), ...every(1000, 100).slice(20)];
		const {ms} = known(eta(paceOf(fastThenSlow), 100_000));
		expect(ms / 1_000_000).toBeGreaterThan(0.95);
		expect(ms / 1_000_000).toBeLessThan(1.05);
	});

	test('is never before the last waiting request comes due', () => {
		const pace = paceOf(every(100, 600));
		expect(known(eta(pace, 60_000, {remaining: 3, retryMs: 40_000})).ms).toBe(40_000);
		expect(known(eta(pace, 60_000, {remaining: 1000, retryMs: 40_000})).ms).toBeCloseTo(100_000, -3);
	});

	test('waits for the slowest call when nothing else is left', () => {
		const pace = paceOf(every(100, 600));
		expect(known(eta(pace, 60_000, {remaining: 20, out: 20, tailMs: 8000})).ms).toBe(8000);
		expect(known(eta(pace, 60_000, {remaining: 120, out: 20, tailMs: 8000})).ms).toBeCloseTo(18_000, -3);
		expect(known(eta(pace, 60_000, {remaining: 120, out: 20, tailMs: 500})).ms).toBeCloseTo(12_000, -3);
	});

	test('has a wider range the less is known', () => {
		const [few, many] = [every(1000, 60), every(10, 6000)].map(times => known(eta(paceOf(times), 60_000)));
		expect(few!.plusMinusMs / few!.ms).toBeCloseTo(1.64 / Math.sqrt(59), 2);
		expect(many!.plusMinusMs / many!.ms).toBeCloseTo(1.64 / Math.sqrt(5900), 2);
	});

	test('has a wide range where the rate itself moves', () => {
		const bursts = every(10, 6000).filter(at => Math.floor((at - start) / 10_000) % 2 === 0);
		const burst = known(eta(paceOf(bursts), 60_000));
		expect(burst.plusMinusMs / burst.ms).toBeGreaterThan(0.5);
	});

	test('is stalled when nothing finished for 30 s while something should', () => {
		const pace = paceOf(every(100, 100));
		expect(eta(pace, 39_999, {last: start + 10_000})).not.toBe('stalled');
		expect(eta(pace, 40_000, {last: start + 10_000})).toBe('stalled');
		expect(eta(paceOf([]), 30_000, {last: 0})).toBe('stalled');
		expect(eta(pace, 40_000, {last: start + 10_000, phase: 'OFFLINE'})).toBe('stalled');
	});

	test.each<Phase>(['STARTING', 'PAUSED', 'HELD', 'DRAINING', 'DISK FULL', 'DONE'])(
		'is hidden while %s, when nothing should finish',
		phase => {
			expect(eta(paceOf(every(100, 600)), 60_000, {phase})).toBeNull();
			expect(eta(paceOf(every(100, 100)), 60_000, {phase, last: start + 10_000})).toBeNull();
		},
	);

	test('is hidden when nothing is left, and begins anew after a pause', () => {
		const pace = paceOf(every(100, 600));
		expect(eta(pace, 60_000, {remaining: 0})).toBeNull();
		observePace(pace, {type: 'resumed', at: start + 60_000});
		expect(eta(pace, 61_000)).toBeNull();
	});
});

/** Row 114: calls of random length, 20 at a time. */
test('in the last half of a run it is less than 20% off', () => {
	const seed = testSeed('eta');
	const random = seededRandom(seed);
	const count = 3000;
	const slots = Array.from({length: 20}, () => start);
	const calls = Array.from({length: count}, () => {
		const slot = slots.indexOf(Math.min(...slots));
		const startedAt = slots[slot]!;
		slots[slot] = Math.round(startedAt + 200 + random() * 1500);
		return {startedAt, at: slots[slot]!};
	}).sort((a, b) => a.at - b.at);
	const over = calls.at(-1)!.at;
	const pace = paceOf([]);
	let checked = 0;
	for (const [number, {at}] of calls.entries()) {
		observePace(pace, answered(0, {at}));
		const left = over - at;
		if (at - start > (over - start) / 2 && left > 5000) {
			checked++;
			const facts = {remaining: count - number - 1, out: 20, tailMs: 1600};
			const {ms} = known(eta(pace, at - start, facts));
			expect(Math.abs(ms - left) / left, `seed ${seed}, ${left} ms left`).toBeLessThan(0.2);
		}
	}

	expect(checked).toBeGreaterThan(1000);
});
