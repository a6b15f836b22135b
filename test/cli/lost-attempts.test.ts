import {expect, test} from 'vitest';
import {lostAttempts} from '../../source/cli/lost-attempts.ts';
import type {Request, RequestSource} from '../../source/domain/request.ts';
import {created, failed, failure, runFixture, sessionStarted, start, started} from '../domain/run-fixture.ts';

const body = {max_tokens: 100};
const rules = [{hasBatch: false, maxOutput: null}];
const source = {expand: (index: number) => ({index, queue: 0, body}) as unknown as Request} as RequestSource;

test('a lost call is counted with the allowance that it was really sent with', () => {
	const run = runFixture(created(1), sessionStarted(), started([0]));
	const before = lostAttempts(run.state, source, rules, () => 7, start);
	run.take(failed(0, {failure: failure('truncated', 200)}), started([0]));
	const after = lostAttempts(run.state, source, rules, () => 7, start);
	const cost = (lost: typeof before) => (lost.type === 'attempts-lost' ? lost.maybeBilledPico : Number.NaN);
	// Twice the 100 tokens of output at 10 USD per million.
	expect(cost(after) - cost(before)).toBe(100 * 10_000_000);
	expect(after).toMatchObject({indexes: [0], reason: 'killed', maybeBilledCalls: 1});
});
