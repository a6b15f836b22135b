import {expect, test} from 'vitest';
import {bySlice} from '../../source/view/moving-sums.ts';
import {
	createPace,
	finishedPerSecond,
	observePace,
	outcomesNow,
	spentPerHour,
} from '../../source/view/pace.ts';
import {answered, failed, failure, sessionStarted, start} from '../domain/run-fixture.ts';

function begun() {
	const pace = createPace();
	observePace(pace, sessionStarted());
	return pace;
}

test('the rate is that of the last minute, of requests that came to an end either way', () => {
	const pace = begun();
	expect(finishedPerSecond(pace, start + 5000)).toBeNull();
	for (let second = 0; second < 30; second++) {
		const at = start + second * 1000;
		observePace(pace, answered(0, {at}));
		observePace(pace, failed(1, {at, sequel: 'fail'}));
		observePace(pace, failed(2, {at, sequel: 'retry'}));
	}

	expect(finishedPerSecond(pace, start + 30_000)).toBe(2);
	expect(finishedPerSecond(pace, start + 200_000)).toBe(0);
});

test('the rate means nothing before the session and in its first second', () => {
	const pace = createPace();
	expect(finishedPerSecond(pace, start)).toBeNull();
	observePace(pace, sessionStarted());
	observePace(pace, answered(0, {at: start + 100}));
	expect(finishedPerSecond(pace, start + 900)).toBeNull();
	expect(finishedPerSecond(pace, start + 1000)).toBe(1);
});

test('a pause does not count into the rate', () => {
	const pace = begun();
	observePace(pace, answered(0, {at: start + 1000}));
	observePace(pace, {type: 'resumed', at: start + 40_000});
	expect(finishedPerSecond(pace, start + 41_000)).toBeNull();
	observePace(pace, answered(0, {at: start + 41_500}));
	expect(finishedPerSecond(pace, start + 42_000)).toBe(0.5);
});

test('money an hour comes from all that was paid, failed attempts included', () => {
	const pace = begun();
	for (let second = 0; second < 60; second++) {
		const at = start + second * 1000;
		observePace(pace, answered(0, {at, costPico: 1e9}));
		observePace(pace, failed(1, {at, costPico: 1e9, usage: {input: 1, cached: 0, output: 1}}));
		observePace(pace, answered(2, {at, costPico: null}));
	}

	expect(spentPerHour(pace, start, start + 60_000)! / 1e12).toBeCloseTo(7.2, 5);
	expect(spentPerHour(pace, start, start + 9_999)).toBeNull();
	expect(spentPerHour(begun(), start, start + 60_000)).toBeNull();
});

test('refusals and answers of the last 10 s, and which came last', () => {
	const pace = begun();
	const limited = failure('rate_limit', 429);
	observePace(pace, answered(0, {at: start}));
	for (let number = 0; number < 3; number++) {
		observePace(pace, failed(1, {at: start + 4000, sequel: 'wait', failure: limited}));
		observePace(pace, failed(1, {at: start + 4000}));
	}

	expect(outcomesNow(pace, start + 5000)).toEqual({answered: 1, refused: 3});
	expect(pace.lastWasRefused).toBe(true);
	expect(outcomesNow(pace, start + 12_000)).toEqual({answered: 0, refused: 3});
	expect(outcomesNow(pace, start + 30_000)).toEqual({answered: 0, refused: 0});
	observePace(pace, answered(0, {at: start + 30_000}));
	expect(pace.lastWasRefused).toBe(false);
});

test('each cause has its own two minutes', () => {
	const pace = begun();
	observePace(pace, failed(0, {at: start}));
	observePace(pace, failed(0, {at: start + 100_000, failure: failure('timeout')}));
	expect([...pace.causes.keys()]).toEqual(['server 503', 'timeout']);
	expect(bySlice(pace.causes.get('server 503')!, start + 110_000)).toEqual([
		1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	]);
	expect(bySlice(pace.causes.get('timeout')!, start + 110_000)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
});
