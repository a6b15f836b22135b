import {describe, expect, test} from 'vitest';
import {adaptiveGate, noteAdmission, noteRefusal, noteStart} from '../../source/domain/adaptive-rate.ts';
import {createAdaptiveRate} from '../../source/domain/adaptive-rate-state.ts';
import type {StartSlice} from '../../source/domain/recent-starts.ts';

const backoff = {initialMs: 1000, maxMs: 60_000};

/** Starts so many calls at once and has the last `refused` of them refused. */
function startAndRefuse(calls: number, refused: number) {
	const rate = createAdaptiveRate(backoff, [], false, 0);
	const slices: StartSlice[] = [{from: 1000, to: 1000, calls, reserved: 0, settled: 0, used: 0}];
	const numbers = Array.from({length: calls}, () => noteStart(rate, 1000));
	for (const number of numbers.slice(calls - refused)) {
		noteRefusal(rate, number, 1000, slices, 1100, 'rate_limit 429');
	}

	return {rate, slices};
}

describe('an episode of refusals', () => {
	test('is one cut, however many calls were out', () => {
		const {rate} = startAndRefuse(64, 40);
		expect(rate).toMatchObject({
			phase: 'closed',
			cuts: 1,
			lastCuts: [{at: 1100, reason: 'rate_limit 429', toPerMinute: null}],
		});
	});

	test('ends with one probe that is let in; one that is refused waits longer for the next', () => {
		const {rate, slices} = startAndRefuse(64, 40);
		const first = adaptiveGate(rate, 1100)!;
		expect(first).toBeGreaterThan(1100);
		expect(adaptiveGate(rate, first)).toBeNull();
		const probe = noteStart(rate, first);
		expect(adaptiveGate(rate, first)).not.toBeNull();
		noteRefusal(rate, probe, first, slices, first + 10, 'rate_limit 429');
		const second = adaptiveGate(rate, first + 10)!;
		expect(second - (first + 10)).toBeGreaterThan(first - 1100);
		noteAdmission(rate, noteStart(rate, second), second + 50);
		expect(rate).toMatchObject({phase: 'open', cuts: 1});
		expect(rate.pace).toBeLessThan(Number.POSITIVE_INFINITY);
	});

	test('a probe that nobody refuses within a second was let in: an answer may take minutes', () => {
		const {rate} = startAndRefuse(64, 40);
		const first = adaptiveGate(rate, 1100)!;
		noteStart(rate, first);
		adaptiveGate(rate, first + 1000);
		expect(rate.phase).toBe('open');
	});
});

test('a new session of a limited run goes on at the pace of the last minute, one of a free run at once', () => {
	const slices = [{from: 1000, to: 2000, calls: 600, reserved: 0, settled: 0, used: 0}];
	expect(createAdaptiveRate(backoff, slices, true, 5000).pace).toBeCloseTo(10, 0);
	expect(createAdaptiveRate(backoff, slices, false, 5000).pace).toBe(Number.POSITIVE_INFINITY);
});
