import {expect, test} from 'vitest';
import {lostAttempts} from '../../source/cli/lost-attempts.ts';
import {promptSharing} from '../../source/domain/prompt-sharing.ts';
import type {Request, RequestSource} from '../../source/domain/request.ts';
import {
	answered,
	created,
	failed,
	failure,
	runFixture,
	sessionStarted,
	start,
	started,
} from '../domain/run-fixture.ts';

const body = {max_tokens: 100};
const rules = [{hasBatch: false, maxOutput: null}];
const source = {expand: (index: number) => ({index, queue: 0, body}) as unknown as Request} as RequestSource;

test('a lost call is counted with the allowance that it was really sent with', () => {
	const run = runFixture(created(1), sessionStarted(), started([0]));
	const before = lostAttempts(run.state, source, rules, () => 7, null, start);
	run.take(failed(0, {failure: failure('truncated', 200)}), started([0]));
	const after = lostAttempts(run.state, source, rules, () => 7, null, start);
	const cost = (lost: typeof before) => (lost.type === 'attempts-lost' ? lost.maybeBilledPico : Number.NaN);
	// Twice the 100 tokens of output at 10 USD per million.
	expect(cost(after) - cost(before)).toBe(100 * 10_000_000);
	expect(after).toMatchObject({indexes: [0], reason: 'killed', maybeBilledCalls: 1});
});

test('a call that several requests shared is lost as one, and not at all where its first has an outcome', () => {
	const two = {...started([0, 1, 2, 3, 4]), sizes: [2, 3]} as const;
	const run = runFixture(created(5), sessionStarted(), two);
	const sharing = {
		...promptSharing(3),
		bodyOf: (members: readonly unknown[]) => ({max_tokens: 100 * members.length}),
	};
	const lost = () => lostAttempts(run.state, source, rules, () => 0, sharing, start);
	expect(run.state.callsOut).toBe(2);
	expect(lost()).toMatchObject({
		indexes: [0, 1, 2, 3, 4],
		maybeBilledCalls: 2,
		maybeBilledTokens: 500,
		maybeBilledPico: 500 * 10_000_000,
	});
	// The write was cut behind the first line of the second call.
	run.take(answered(2, {call: {id: 'c', size: 3, position: 0}}));
	expect(run.state.callsOut).toBe(1);
	expect(lost()).toMatchObject({indexes: [0, 1, 3, 4], maybeBilledCalls: 1, maybeBilledTokens: 200});
});
