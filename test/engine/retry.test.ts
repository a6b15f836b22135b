import {describe, expect, test} from 'vitest';
import {answered, createFixture, type Fixture, failed, finish} from './engine-fixture.ts';
import {callsOf, pass, statusOf} from './triage-fixture.ts';

const stay = {leaveWhenStuck: false} as const;

describe('retry', () => {
	const flaky = {
		count: 1,
		retry: {initialMs: 60_000},
		script: (_: unknown, attempt: number) => ({
			afterMs: 10,
			outcome: attempt === 1 ? failed('server', 503) : answered(),
		}),
	};

	test('a waiting one starts at once', async () => {
		const fixture = createFixture(flaky);
		await pass(fixture, 1000);
		expect(statusOf(fixture, 0)).toBe('waiting');
		fixture.engine.send({type: 'retry', indexes: [0, 0, 7]});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(callsOf(fixture, 0)).toEqual([0, 1000]);
		expect(fixture.state.waiting.size).toBe(0);
	});

	test.each<[string, (fixture: Fixture) => void, number]>([
		['a hint of the server', () => {}, 30_010],
		['a pause', ({engine}) => engine.send({type: 'pause', cause: 'person'}), 40_000],
	])('a waiting one does not start through %s', async (_, hold, startsAt) => {
		const fixture = createFixture({
			...flaky,
			...stay,
			script: (_call, attempt) => ({
				afterMs: 10,
				outcome: attempt === 1 ? failed('rate_limit', 429, {hintMs: 28_571.4}) : answered(),
			}),
		});
		await pass(fixture, 1000);
		hold(fixture);
		fixture.engine.send({type: 'retry', indexes: [0]});
		expect(statusOf(fixture, 0)).toBe('queued');
		await pass(fixture, 39_000);
		fixture.engine.send({type: 'resume'});
		await finish(fixture);
		expect(callsOf(fixture, 0)).toEqual([0, startsAt]);
	});

	test('one of a held queue waits for a person', async () => {
		const fixture = createFixture({
			...flaky,
			...stay,
			count: 2,
			rate: {concurrency: 2},
			script: ({body: {index}}, attempt) => ({
				afterMs: index === 0 ? 10 : 20,
				outcome: attempt > 1 ? answered() : index === 0 ? failed('server', 503) : failed('auth', 401),
			}),
		});
		await pass(fixture, 1000);
		fixture.engine.send({type: 'retry', indexes: [0]});
		await pass(fixture, 100_000);
		expect(callsOf(fixture, 0)).toEqual([0]);
		fixture.engine.send({type: 'resume'});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.calls).toHaveLength(4);
	});

	test('a failed one gets exactly one more attempt', async () => {
		const fixture = createFixture({
			...stay,
			count: 2,
			rate: {concurrency: 2},
			retry: {maxRetries: 2, initialMs: 1},
			script: ({body: {index}}) =>
				index === 0 ? {afterMs: 10, outcome: failed('server', 503)} : {afterMs: 60_000, outcome: answered()},
		});
		await pass(fixture, 5000);
		expect([statusOf(fixture, 0), callsOf(fixture, 0).length]).toEqual(['failed', 3]);
		expect(fixture.state.totals.failed).toEqual(new Map([['server', 1]]));
		fixture.engine.send({type: 'retry', indexes: [0]});
		expect(fixture.state.totals.failed).toEqual(new Map());
		expect(fixture.state.queues[0]!.failed).toBe(0);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(callsOf(fixture, 0)).toHaveLength(4);
		expect(fixture.state.totals.failed).toEqual(new Map([['server', 1]]));
		expect(fixture.state.queues[0]!.failed).toBe(1);
	});

	test('what is queued, done or out stays as it is', async () => {
		const slow = ({body: {index}}: {readonly body: {readonly index?: unknown}}) => ({
			afterMs: index === 0 ? 10 : 5000,
			outcome: answered(),
		});
		const fixture = createFixture({...stay, count: 4, rate: {concurrency: 1}, script: slow});
		await pass(fixture, 1000);
		const events = fixture.events.length;
		fixture.engine.send({type: 'retry', indexes: [0, 1, 2, 3]});
		expect(fixture.events).toHaveLength(events);
	});
});
