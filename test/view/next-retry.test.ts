import {expect, test} from 'vitest';
import {createNextRetry} from '../../source/view/next-retry.ts';
import {createPendingByQueue} from '../../source/view/pending-by-queue.ts';
import {randomRun} from '../domain/random-run.ts';
import {runFixture} from '../domain/run-fixture.ts';
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
