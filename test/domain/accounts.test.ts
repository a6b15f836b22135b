import {describe, expect, it, test} from 'vitest';
import {accountsOf} from '../../source/domain/accounts.ts';
import type {Status} from '../../source/domain/state.ts';
import {findRequests} from '../../source/domain/whereabouts.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {randomRun} from './random-run.ts';
import {answered, created, runFixture, sessionStarted, started} from './run-fixture.ts';

describe('the books of a run', () => {
	const seed = testSeed('accounts');

	test.each(Array.from({length: 10}, (_, round) => seed + round))(
		'of seed %i are where its requests are',
		one => {
			const {state, ledger} = randomRun(seededRandom(one), 60, 1500, true);
			const count = (status: Status) => ledger.status.filter(other => other === status).length;
			const places = {
				total: 60,
				done: count('done'),
				failed: count('failed'),
				in_flight: count('in-flight'),
				batched: count('batched'),
				waiting: count('waiting'),
				queued: count('queued'),
				missing: 0,
			};
			expect(accountsOf(state)).toEqual(places);
			expect(findRequests(state, () => true)).toEqual({whereabouts: places, firstMissing: []});
		},
	);

	it('tell of a request that is nowhere, and of one that is in two places', () => {
		const {state, take} = runFixture(created(3), sessionStarted());
		take(started([0]), answered(0), started([1]));
		state.inFlight.delete(1);
		expect(accountsOf(state)).toMatchObject({total: 3, done: 1, in_flight: 0, queued: 1, missing: 1});
		expect(findRequests(state, () => true).firstMissing).toEqual([1]);
		state.totals.done.direct = 3;
		expect(accountsOf(state).missing).toBe(-1);
	});

	it('miss a result whose line cannot be read', () => {
		const {state, take} = runFixture(created(2), sessionStarted());
		take(started([0]), answered(0));
		const line = state.columns.offset[0]!;
		const {whereabouts} = findRequests(state, offset => offset !== line);
		expect(whereabouts).toMatchObject({total: 2, done: 0, queued: 1, missing: 1});
	});
});
