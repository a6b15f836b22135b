import {expect, test} from 'vitest';
import {createAgenda, nextDue, updateAgenda} from '../../source/domain/agenda.ts';
import {shardCut, submitted, updated} from './batch-fixture.ts';
import {created, failed, failure, runFixture, sessionStarted, start, started} from './run-fixture.ts';

const dayMs = 86_400_000;

function waitingRun() {
	const run = runFixture(created(3), sessionStarted(), started([0]));
	// The server asked for three seconds.
	run.take(failed(0, {retryAt: start + 4000, hinted: true, sequel: 'wait'}));
	return run;
}

test('a session that begins a day before the last fact waits for what was left, and so does its agenda', () => {
	const {state, take} = waitingRun();
	const agenda = createAgenda(state, () => 0);
	const began = sessionStarted(undefined, {at: start - dayMs, session: 2});
	take(began);
	updateAgenda(agenda, state, began);
	expect(state.waiting.get(0)).toBe(start - dayMs + 3000);
	expect(state.queues[0]!.throttledUntil).toBe(start - dayMs + 3000);
	expect(nextDue(agenda.queues[0]!, state)).toBe(start - dayMs + 3000);
	expect(state.latestAt).toBe(start - dayMs);
});

test('one that begins later finds every time as it was', () => {
	const {state, take} = waitingRun();
	take(sessionStarted(undefined, {at: start + dayMs, session: 2}));
	expect(state.waiting.get(0)).toBe(start + 4000);
	expect(state.queues[0]!.throttledUntil).toBe(start + 4000);
});

test('what a batch waits for goes back with it', () => {
	const {state, take} = runFixture(created(2), sessionStarted(), shardCut(1, [0, 1]), ...submitted(1));
	take({
		type: 'batch-step-failed',
		at: start + 1000,
		shard: 1,
		failure: failure('network'),
		retryAt: start + 3000,
	});
	take(sessionStarted(undefined, {at: start - dayMs, session: 2}));
	expect(state.batches.get(1)).toMatchObject({
		trouble: {retryAt: start - dayMs + 2000},
		progressAt: start - dayMs - 1000,
	});
});

test('that a batch answers again after failed polls, or tells another time, is no progress of it', () => {
	const counts = {total: 2, completed: 0, failed: 0};
	const {state, take} = runFixture(created(2), sessionStarted(), shardCut(1, [0, 1]), ...submitted(1));
	take(updated(1, 'in_progress', {at: start + 1000, counts}));
	take({type: 'batch-step-failed', at: start + 2000, shard: 1, failure: failure('network'), retryAt: start});
	take(updated(1, 'in_progress', {at: start + 3000, counts, expiresAt: start + dayMs}));
	expect(state.batches.get(1)).toMatchObject({progressAt: start + 1000, trouble: null});
	take(updated(1, 'in_progress', {at: start + 4000, counts: {...counts, completed: 1}}));
	expect(state.batches.get(1)).toMatchObject({progressAt: start + 4000});
});
