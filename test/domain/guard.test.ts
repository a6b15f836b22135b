import {expect, test} from 'vitest';
import {
	isBadPass,
	learnedLimit,
	mayProcessFailed,
	passGuardReason,
	passOf,
} from '../../source/domain/guard.ts';
import {defaultSettings} from '../../source/domain/settings.ts';
import {shardCut, submitted} from './batch-fixture.ts';
import {created, failure, runFixture, sessionStarted, start} from './run-fixture.ts';

test("expired requests pass, as they are nobody's fault; a batch that expired whole is not bad", () => {
	const pass = passOf({done: 0, failed: 0, expired: 8, missing: 0})!;
	expect(pass).toEqual({requests: 8, passed: 8});
	expect(isBadPass(pass, 0.5)).toBe(false);
	expect(passOf({done: 3, failed: 2, expired: 1, missing: 4})).toEqual({requests: 10, passed: 4});
	expect(passOf({done: 0, failed: 0, expired: 0, missing: 0})).toBeNull();
});

test.each([
	[{requests: 10, passed: 5}, 0.5, false],
	[{requests: 10, passed: 4}, 0.5, true],
	[{requests: 10, passed: 1}, 0, false],
	[{requests: 10, passed: 0}, 0, true],
	[{requests: 10, passed: 9}, 1, true],
])('%j under %f is bad: %s', (pass, ratio, isBad) => {
	expect(isBadPass(pass, ratio)).toBe(isBad);
});

test('the guard has a reason until it is tripped', () => {
	const {state} = runFixture(created(1), sessionStarted());
	const settings = defaultSettings.guard;
	state.guard.badPasses = 1;
	expect(passGuardReason(state, settings)).toBeNull();
	expect(passGuardReason(state, {...settings, maxPassFailures: 1})).toContain('a pass had less than 50 %');
	state.guard.badPasses = 2;
	expect(passGuardReason(state, settings)).toContain('2 passes in a row');
	state.guard.tripped = 'already';
	expect(passGuardReason(state, settings)).toBeNull();
});

test.each([
	[0, 0, false],
	[1, 0, true],
	[1, 1, false],
	[-1, 99, true],
])('process_failed_batches %i after %i of them: %s', (processFailedBatches, failedBatches, may) => {
	const {state} = runFixture(created(1), sessionStarted());
	state.session.failedBatches = failedBatches;
	expect(mayProcessFailed(state, {...defaultSettings.guard, processFailedBatches})).toBe(may);
});

test.each([
	{told: 90_000, beside: 0, own: 200_000, before: null, learned: 90_000},
	// By our count it should have fitted: taken at its word once, then less is tried.
	{told: 90_000, beside: 0, own: 80_000, before: null, learned: 90_000},
	{told: 90_000, beside: 0, own: 80_000, before: 90_000, learned: 40_000},
	{told: 90_000, beside: 60_000, own: 80_000, before: 40_000, learned: 90_000},
	{told: null, beside: 0, own: 1_000_000, before: null, learned: 500_000},
	{told: null, beside: 700_000, own: 300_000, before: null, learned: 700_000},
	{told: null, beside: 0, own: 10_000, before: null, learned: 20_000},
	{told: 5000, beside: 0, own: 10_000, before: null, learned: 5000},
])('limit $told told, $own refused beside $beside: $learned', ({told, beside, own, before, learned}) => {
	const run = runFixture(created(2), sessionStarted());
	run.take(
		shardCut(1, [0], {input: beside}),
		...submitted(1),
		shardCut(2, [1], {input: own}),
		...submitted(2),
	);
	run.take({
		type: 'batch-rejected',
		at: start,
		shard: 2,
		failure: {...failure('rate_limit'), code: 'token_limit_exceeded'},
		lines: [],
		tokenLimit: told,
	});
	const queue = run.state.queues[0]!;
	queue.enqueuedLimit = before;
	queue.releases = before === null ? {} : {'token-limit': 1};
	expect(learnedLimit(run.state, run.state.batches.get(2)!)).toBe(learned);
});
