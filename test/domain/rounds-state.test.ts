import {expect, test} from 'vitest';
import {answered, created, failed, runFixture, sessionStarted, start, started} from './run-fixture.ts';

test('a changed spec keeps the rounds of what is in a batch, and begins the others anew', () => {
	const run = runFixture(created(4), sessionStarted(), started([0, 1, 2]));
	run.take(answered(0, {more: true}), answered(1, {more: true}), answered(2, {more: true}));
	expect([...run.state.rounds]).toEqual([
		[0, 1],
		[1, 1],
		[2, 1],
	]);
	run.take(started([0]), failed(0, {sequel: 'fail', round: 1}));
	run.state.columns.status[1] = 3;
	run.take({
		type: 'spec-changed',
		at: start,
		specDigest: 'other',
		epoch: 2,
		count: 4,
		queues: run.state.queues.map(({info}) => info),
		kept: [[1, 0, 3]],
		failedKinds: {server: 1},
	});
	expect([...run.state.rounds]).toEqual([[2, 1]]);
	expect([...run.state.roundDue]).toEqual([2]);
});

test('rounds are told from retries', () => {
	const run = runFixture(created(1), sessionStarted(), started([0]));
	const retries = () => {
		const {attempts, started: first, rounds} = run.state.totals;
		return attempts - first - rounds;
	};

	run.take(failed(0), started([0]), answered(0, {more: true}));
	expect(retries()).toBe(1);
	run.take(started([0]), failed(0, {round: 1}));
	expect(retries()).toBe(1);
	run.take(started([0]), failed(0, {round: 1, sequel: 'more'}), started([0]));
	expect(retries()).toBe(2);
	run.take(failed(0, {round: 2, sequel: 'conclude'}));
	expect(run.state.totals).toMatchObject({attempts: 5, rounds: 2});
	expect(run.state.totals.done.direct).toBe(1);
	expect(run.state.rounds.size).toBe(0);
});
