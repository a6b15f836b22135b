import {describe, expect, test} from 'vitest';
import {opinionsAsking} from '../../source/domain/opinions.ts';
import {turnsAsking} from '../../source/domain/turns.ts';
import {answered, createFixture, type Fixture, failed} from './engine-fixture.ts';
import {pass, statusOf, wordsOf} from './triage-fixture.ts';

/** A conversation of three turns whose second answer never comes until the fourth call. */
function conversation(outcomes = 'p44qr'): Fixture {
	return createFixture({
		count: 1,
		turns: ['one', 'two', 'three'],
		asking: turnsAsking,
		bodyOf: () => ({messages: [{role: 'user', content: 'one'}]}),
		leaveWhenStuck: false,
		staysWhenDone: true,
		script: (_, attempt) => ({
			afterMs: 10,
			outcome:
				outcomes[attempt - 1] === '4'
					? failed('invalid_request', 400)
					: answered(outcomes[attempt - 1] ?? 'x'),
		}),
	});
}

/** How many messages each call had: 1 for the first turn, 3 for the second. */
function lengths({calls}: Fixture): readonly number[] {
	return calls.map(({call}) => (call.body.messages as readonly unknown[]).length);
}

describe('a conversation that failed in its second turn', () => {
	test('goes on there when it is tried again', async () => {
		const fixture = conversation();
		await pass(fixture, 1000);
		expect(statusOf(fixture, 0)).toBe('failed');
		fixture.engine.send({type: 'retry', indexes: [0]});
		await pass(fixture, 1000);
		fixture.engine.send({type: 'retry', indexes: [0]});
		await pass(fixture, 1000);
		expect(statusOf(fixture, 0)).toBe('done');
		expect(lengths(fixture)).toEqual([1, 3, 3, 3, 5]);
	});

	test('begins anew when it is wiped', async () => {
		const fixture = conversation('p4pqr');
		await pass(fixture, 1000);
		fixture.engine.send({type: 'wipe-failed', indexes: [0]});
		await pass(fixture, 1000);
		expect(statusOf(fixture, 0)).toBe('done');
		expect(lengths(fixture)).toEqual([1, 3, 1, 3, 5]);
	});

	test('has its rounds back when the wipe is taken back', async () => {
		const fixture = conversation();
		const {engine, state} = fixture;
		await pass(fixture, 1000);
		engine.send({type: 'pause', cause: 'person'});
		await pass(fixture, 100);
		engine.send({type: 'wipe-failed', indexes: [0]});
		await pass(fixture, 100);
		expect(state.rounds.size).toBe(0);
		engine.send({type: 'undo'});
		await pass(fixture, 100);
		expect(statusOf(fixture, 0)).toBe('failed');
		expect([...state.rounds]).toEqual([[0, 1]]);
		engine.send({type: 'resume'});
		engine.send({type: 'retry', indexes: [0]});
		await pass(fixture, 1000);
		expect(lengths(fixture)).toEqual([1, 3, 3]);
	});
});

describe('a request between two rounds', () => {
	test('that is given up while it is out fails, its answer on record, and goes on when that is taken back', async () => {
		const fixture = createFixture({
			count: 2,
			asking: opinionsAsking({min: 3, max: 5, confidence: 0.78, label: null, clear: null}),
			rate: {concurrency: 1},
			leaveWhenStuck: false,
			staysWhenDone: true,
			// An abort does not reach the call: its answer comes.
			abortedAfterMs: 5000,
			script: () => ({afterMs: 1000, outcome: answered('a')}),
		});
		const {engine, state} = fixture;
		await pass(fixture, 500);
		engine.send({type: 'give-up', indexes: [0]});
		await pass(fixture, 1000);
		expect(statusOf(fixture, 0)).toBe('failed');
		expect(wordsOf(fixture, 0).slice(-3)).toEqual([
			'requests-unwanted',
			'attempt-answered',
			'requests-given-up',
		]);
		expect(state.rounds.get(0)).toBe(1);
		engine.send({type: 'retry', indexes: [0]});
		await pass(fixture, 10_000);
		expect(statusOf(fixture, 0)).toBe('done');
		expect(fixture.calls.filter(({index}) => index === 0)).toHaveLength(3);
		expect(state.totals).toMatchObject({attempts: 6, started: 2, rounds: 4});
	});

	test('that is given up while it waits in its queue comes back with its rounds', async () => {
		const fixture = createFixture({
			count: 1,
			asking: opinionsAsking({min: 2, max: 2, confidence: 0.5, label: null, clear: null}),
			leaveWhenStuck: false,
			staysWhenDone: true,
			script: (_, attempt) => ({
				afterMs: 10,
				outcome: attempt === 2 ? failed('rate_limit', 429, {hintMs: 60_000}) : answered('a'),
			}),
		});
		const {engine, state} = fixture;
		await pass(fixture, 1000);
		expect(statusOf(fixture, 0)).toBe('waiting');
		engine.send({type: 'give-up', indexes: [0]});
		await pass(fixture, 100);
		expect(statusOf(fixture, 0)).toBe('failed');
		engine.send({type: 'undo'});
		await pass(fixture, 100);
		expect(statusOf(fixture, 0)).toBe('waiting');
		expect(state.rounds.get(0)).toBe(1);
		await pass(fixture, 120_000);
		expect(statusOf(fixture, 0)).toBe('done');
		expect(fixture.calls).toHaveLength(3);
	});
});
