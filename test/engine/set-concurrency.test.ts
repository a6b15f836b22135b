import {describe, expect, test} from 'vitest';
import {decodeEvent} from '../../source/domain/event-line.ts';
import {statusCode} from '../../source/domain/state.ts';
import {factsOf} from '../../source/engine/steer.ts';
import {created, runFixture, sessionStarted} from '../domain/run-fixture.ts';
import {answered, createFixture, type Fixture, finish} from './engine-fixture.ts';

function slowRun(concurrency: number, more: Partial<Parameters<typeof createFixture>[0]> = {}): Fixture {
	return createFixture({
		count: 60,
		rate: {concurrency, adaptive: false},
		script: ({body}) => ({afterMs: 1000 + 10 * Number(body.index), outcome: answered()}),
		...more,
	});
}

function inFlight(fixture: Fixture, size: number): Promise<void> {
	return fixture.clock.runUntil(() => fixture.state.inFlight.size === size);
}

describe('the concurrency of a running session', () => {
	test('goes up at once, and no call more than that', async () => {
		const fixture = slowRun(4);
		await inFlight(fixture, 4);
		const at = fixture.clock.now();
		fixture.engine.send({type: 'set-concurrency', concurrency: 12});
		await inFlight(fixture, 12);
		expect(fixture.calls.map(call => call.at - at)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.peak()).toBe(12);
	});

	test('goes down as calls end, aborts none and never starts one above it', async () => {
		const fixture = slowRun(12);
		await inFlight(fixture, 12);
		fixture.engine.send({type: 'set-concurrency', concurrency: 3});
		await inFlight(fixture, 3);
		expect(fixture.calls).toHaveLength(12);
		let most = 0;
		await fixture.clock.runUntil(() => {
			most = Math.max(most, fixture.state.inFlight.size);
			return fixture.state.totals.status[statusCode.done] === 40;
		});
		expect(most).toBe(3);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.calls).toHaveLength(60);
		expect(fixture.events.filter(({type}) => type === 'attempts-lost')).toEqual([]);
		const facts = fixture.lines
			.map(line => decodeEvent(line, {body: false}))
			.filter(fact => fact?.type === 'concurrency-changed');
		expect(facts).toMatchObject([{concurrency: 3}]);
	});

	test('holds for calls that a refusing disk kept back: they go back to the queue', async () => {
		const fixture = slowRun(12);
		fixture.breakDisk('ENOSPC');
		await inFlight(fixture, 12);
		fixture.engine.send({type: 'set-concurrency', concurrency: 3});
		fixture.breakDisk(null);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.peak()).toBe(3);
		expect(fixture.events).toContainEqual(
			expect.objectContaining({type: 'attempts-lost', maybeBilledCalls: 0}),
		);
		expect(fixture.calls).toHaveLength(60);
	});
});

test.each([
	[1, 64, true],
	[10_000, 64, true],
	[64, 64, false],
	[0, 64, false],
	[10_001, 64, false],
	[18_000, 20_000, true],
])('set to %i from %i is an event: %s', (concurrency, from, isEvent) => {
	const {state, take} = runFixture(created(8), sessionStarted());
	take({type: 'concurrency-changed', at: 0, concurrency: from});
	const sources = {state, queueOf: () => 0, failedKind: () => null, taskCost: null, maxRetries: 2};
	expect(factsOf({type: 'set-concurrency', concurrency}, sources, 5)).toEqual(
		isEvent ? [{type: 'concurrency-changed', at: 5, concurrency}] : [],
	);
});
