import {expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {createNextRetry} from '../../source/view/next-retry.ts';
import {createPendingByQueue} from '../../source/view/pending-by-queue.ts';
import {randomRun} from '../domain/random-run.ts';
import {created, failed, runFixture, sessionStarted, start, started} from '../domain/run-fixture.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

const seed = testSeed('next-retry');

test('after every event: the earliest retry and the pending of each queue, whenever one began to look', () => {
	for (let round = 0; round < 5; round++) {
		const {events, queueOf, state: final} = randomRun(seededRandom(seed + round), 40, 600);
		const run = runFixture(events[0]!, events[1]!);
		let nextRetry = createNextRetry(run.state);
		let pending = createPendingByQueue(run.state, {queueOf});
		for (const [number, event] of events.slice(2).entries()) {
			run.take(event);
			nextRetry.observe(event);
			pending.observe(event);
			const {state} = run;
			const earliest = state.waiting.size > 0 ? Math.min(...state.waiting.values()) : null;
			expect(nextRetry.at(state), `seed ${seed + round}`).toBe(earliest);
			const recount = state.queues.map(
				(_, queue) =>
					[...state.columns.status].filter((code, index) => code < 4 && queueOf(index) === queue).length,
			);
			expect(pending.counts, `seed ${seed + round}`).toEqual(recount);
			if (number % 97 === 0) {
				nextRetry = createNextRetry(state);
				pending = createPendingByQueue(state, {queueOf});
			}
		}

		expect(run.state).toEqual(final);
	}
});

test('a request that is taken back waits as it did before', () => {
	const run = runFixture(created(2), sessionStarted(), started([0]), failed(0));
	const nextRetry = createNextRetry(run.state);
	const dueAt = nextRetry.at(run.state)!;
	const take = (event: RunEvent) => {
		run.take(event);
		nextRetry.observe(event);
	};
	take({type: 'requests-given-up', at: start + 1500, indexes: [0], failedByQueue: [1], previous: [0]});
	expect(nextRetry.at(run.state)).toBeNull();
	take({
		type: 'requests-restored',
		at: start + 1600,
		indexes: [[0, 1]],
		of: 1,
		wanted: [],
		to: 'open',
		offsets: [3],
		waiting: [0, dueAt],
		failedKinds: {cancelled: 1},
		failedByQueue: [1],
	});
	expect(nextRetry.at(run.state)).toBe(dueAt);
});
