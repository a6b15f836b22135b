import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {createDeadlines, type Deadlines} from '../../source/api/deadlines.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

/** A call that is forgotten when it ends, as real ones are. */
function watchedCall(deadlines: Deadlines, timeoutMs: number) {
	const call = {
		timeoutMs,
		ended: null as 'expired' | 'aborted' | null,
		expire() {
			call.ended = 'expired';
			deadlines.forget(call);
		},
		abort() {
			call.ended = 'aborted';
			deadlines.forget(call);
		},
	};
	deadlines.watch(call);
	return call;
}

test('calls expire at most 100 ms late and never early', () => {
	let now = 5000;
	const deadlines = createDeadlines(() => now);
	const pass = (milliseconds: number) => {
		for (let passed = 0; passed < milliseconds; passed++) {
			now++;
			vi.advanceTimersByTime(1);
		}
	};
	const first = watchedCall(deadlines, 250);
	pass(70);
	const second = watchedCall(deadlines, 150);
	pass(149);
	expect([first.ended, second.ended]).toEqual([null, null]);
	pass(131);
	expect([first.ended, second.ended]).toEqual(['expired', 'expired']);
});

test('the timer runs only while a call is out', () => {
	const deadlines = createDeadlines(() => Date.now());
	expect(vi.getTimerCount()).toBe(0);
	const calls = [watchedCall(deadlines, 1000), watchedCall(deadlines, 1000)];
	expect(vi.getTimerCount()).toBe(1);
	deadlines.forget(calls[0]!);
	expect(vi.getTimerCount()).toBe(1);
	vi.advanceTimersByTime(2000);
	expect(calls.map(call => call.ended)).toEqual([null, 'expired']);
	expect(vi.getTimerCount()).toBe(0);
	const later = watchedCall(deadlines, 200);
	vi.advanceTimersByTime(199);
	expect(later.ended).toBeNull();
	vi.advanceTimersByTime(101);
	expect(later.ended).toBe('expired');
});

test('hours in which the process stood still count as a second', () => {
	let now = 0;
	const deadlines = createDeadlines(() => now);
	const call = watchedCall(deadlines, 10_000);
	now = 3 * 3_600_000;
	vi.advanceTimersByTime(100);
	expect(call.ended).toBeNull();
	for (let sweep = 0; sweep < 89; sweep++) {
		now += 100;
		vi.advanceTimersByTime(100);
	}

	expect(call.ended).toBeNull();
	now += 100;
	vi.advanceTimersByTime(100);
	expect(call.ended).toBe('expired');
});

test('all calls can be aborted together', () => {
	const deadlines = createDeadlines();
	const calls = Array.from({length: 20}, () => watchedCall(deadlines, 1000));
	deadlines.abortAll();
	expect(new Set(calls.map(call => call.ended))).toEqual(new Set(['aborted']));
	expect(vi.getTimerCount()).toBe(0);
});
