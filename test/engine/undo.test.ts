import {describe, expect, test} from 'vitest';
import {statusCode} from '../../source/domain/state.ts';
import {createNotices} from '../../source/view/notices.ts';
import {answered, createFixture, type Fixture, failed, finish} from './engine-fixture.ts';
import {callsOf, pass, statusOf} from './triage-fixture.ts';

/** The odd ones fail for good: `timeout` each third, `server` the others. The last call takes its time. */
function failingRun(count: number, more = {}) {
	return createFixture({
		count,
		leaveWhenStuck: false,
		rate: {concurrency: 4},
		retry: {maxRetries: 0, maxWaits: 0},
		script({body: {index}}, attempt) {
			const number = index as number;
			if (number === count - 1) {
				return {afterMs: 200_000, outcome: answered()};
			}

			const bad = number % 3 === 0 ? failed('timeout', null) : failed('server', 503);
			return {afterMs: 10, outcome: attempt === 1 && number % 2 === 1 ? bad : answered()};
		},
		...more,
	});
}

function lastWords({events, state}: Pick<Fixture, 'events' | 'state'>): string {
	const notices = createNotices({queues: state.queues.map(({info}) => info)});
	notices.observe(events.at(-1)!, state);
	return notices.list.at(-1)!.text;
}

const sent = ({calls}: Pick<Fixture, 'calls'>) => calls.length;

describe('undo', () => {
	test('of a wipe: those that did not start since fail again as they had', async () => {
		const fixture = failingRun(102);
		await pass(fixture, 5000);
		const failures = new Map(fixture.state.totals.failed);
		const queueFailed = fixture.state.queues[0]!.failed;
		expect([...failures.values()].reduce((sum, count) => sum + count)).toBe(50);
		fixture.engine.send({type: 'pause', cause: 'person'});
		fixture.engine.send({type: 'wipe-failed', indexes: 'all'});
		expect(fixture.state.totals.failed.size).toBe(0);
		expect(fixture.engine.status().undo).toEqual({
			what: 'wipe',
			count: 50,
			until: fixture.clock.now() + 60_000,
		});
		fixture.engine.send({type: 'undo'});
		expect(fixture.state.totals.failed).toEqual(failures);
		expect(fixture.state.queues[0]!.failed).toBe(queueFailed);
		expect(lastWords(fixture)).toBe('50 of 50 taken back');
		expect(fixture.engine.status().undo).toBeNull();
		const events = fixture.events.length;
		fixture.engine.send({type: 'undo'});
		expect(fixture.events).toHaveLength(events);
	});

	test.each([2, 30])('of a wipe of which %i calls started since: the others, kinds and all', async starts => {
		const fixture = failingRun(102, {rate: {concurrency: starts + 1}});
		await pass(fixture, 5000);
		const before = sent(fixture);
		fixture.engine.send({type: 'wipe-failed', indexes: 'all'});
		await fixture.clock.runUntil(() => sent(fixture) > before);
		const started = fixture.calls.slice(before).map(({index}) => index);
		expect(started).toHaveLength(starts);
		fixture.engine.send({type: 'undo'});
		expect(lastWords(fixture)).toBe(`${50 - starts} of 50 taken back`);
		const left = Array.from({length: 50}, (_, step) => step * 2 + 1).filter(
			index => !started.includes(index),
		);
		const timeouts = left.filter(index => index % 3 === 0).length;
		expect(Object.fromEntries(fixture.state.totals.failed)).toEqual({
			timeout: timeouts,
			server: left.length - timeouts,
		});
		await finish(fixture);
		expect(fixture.state.totals.status[statusCode.failed]).toBe(50 - starts);
	});

	test('of a give-up: they are open again as they were, the waiting with their times', async () => {
		const fixture = createFixture({
			count: 6,
			rate: {concurrency: 1},
			retry: {initialMs: 60_000},
			script: ({body: {index}}, attempt) => ({
				afterMs: index === 1 ? 20_000 : 10,
				outcome: index === 0 && attempt === 1 ? failed('server', 503) : answered(),
			}),
		});
		await pass(fixture, 1000);
		const dueAt = fixture.state.waiting.get(0)!;
		const offset = fixture.state.columns.offset[0]!;
		fixture.engine.send({type: 'give-up', indexes: [0, 3, 5]});
		expect(fixture.state.session.finished).toBe(3);
		fixture.engine.send({type: 'undo'});
		expect(lastWords(fixture)).toBe('3 of 3 taken back');
		expect([statusOf(fixture, 0), statusOf(fixture, 3)]).toEqual(['waiting', 'queued']);
		expect([fixture.state.waiting.get(0), fixture.state.columns.offset[0]]).toEqual([dueAt, offset]);
		expect(fixture.state.columns.offset[3]).toBe(-1);
		expect(fixture.state.session.finished).toBe(0);
		expect(fixture.state.totals.failed.size).toBe(0);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.totals.done.direct).toBe(6);
		expect(callsOf(fixture, 0)[1]).toBe(dueAt - 1_000_000);
		expect(callsOf(fixture, 3)).toHaveLength(1);
	});

	test('of a give-up does not bring an aborted call back', async () => {
		const fixture = createFixture({
			count: 4,
			rate: {concurrency: 1},
			abortedAfterMs: 100,
			script: () => ({afterMs: 50_000, outcome: answered()}),
		});
		await pass(fixture, 1000);
		fixture.engine.send({type: 'give-up', indexes: [0, 2, 3]});
		await pass(fixture, 10);
		fixture.engine.send({type: 'undo'});
		expect(lastWords(fixture)).toBe('2 of 3 taken back');
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.totals.failed).toEqual(new Map([['cancelled', 1]]));
		expect(statusOf(fixture, 0)).toBe('failed');
	});

	test('after a minute, or after it was wiped, takes nothing back', async () => {
		const fixture = failingRun(10);
		await pass(fixture, 5000);
		fixture.engine.send({type: 'pause', cause: 'person'});
		fixture.engine.send({type: 'wipe-failed', indexes: [1, 3]});
		await pass(fixture, 60_001);
		expect(fixture.engine.status().undo).toBeNull();
		const events = fixture.events.length;
		fixture.engine.send({type: 'undo'});
		expect(fixture.events).toHaveLength(events);
		fixture.engine.send({type: 'give-up', indexes: [1, 3]});
		fixture.engine.send({type: 'retry', indexes: [1]});
		fixture.engine.send({type: 'undo'});
		expect(lastWords(fixture)).toBe('1 of 2 taken back');
		expect(fixture.state.totals.failed.get('cancelled')).toBeUndefined();
	});

	test('takes the last of several back', async () => {
		const fixture = failingRun(10);
		await pass(fixture, 5000);
		fixture.engine.send({type: 'pause', cause: 'person'});
		fixture.engine.send({type: 'wipe-failed', indexes: [1, 3]});
		fixture.engine.send({type: 'give-up', indexes: [1]});
		expect(fixture.engine.status().undo).toMatchObject({what: 'give-up', count: 1});
		fixture.engine.send({type: 'undo'});
		expect([statusOf(fixture, 1), statusOf(fixture, 3)]).toEqual(['queued', 'queued']);
		expect(fixture.engine.status().undo).toBeNull();
	});
});
