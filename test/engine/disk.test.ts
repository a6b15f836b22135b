import {describe, expect, test} from 'vitest';
import type {RunCommand} from '../../source/domain/command.ts';
import {statusCode} from '../../source/domain/state.ts';
import {answered, createFixture, failed, finish} from './engine-fixture.ts';

describe('a disk that refuses', () => {
	test('lets nothing new leave, keeps the answers, and goes on when there is room', async () => {
		const fixture = createFixture({
			count: 10,
			rate: {concurrency: 2},
			script: () => ({afterMs: 100, outcome: answered()}),
		});
		await fixture.clock.runUntil(() => fixture.calls.length === 2);
		fixture.breakDisk('ENOSPC');
		await fixture.clock.runUntil(
			() => fixture.engine.status().diskFull === 'ENOSPC' && fixture.clock.now() > 1_005_000,
		);
		expect(fixture.calls).toHaveLength(2);
		fixture.breakDisk(null);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.totals.status[statusCode.done]).toBe(10);
	});

	test('is looked at again when it recovers while nothing is out', async () => {
		const fixture = createFixture({
			count: 1,
			script: (_call, attempt) => ({afterMs: 100, outcome: attempt > 1 ? answered() : failed('server', 500)}),
		});
		await fixture.clock.runUntil(() => fixture.calls.length === 1);
		fixture.breakDisk('ENOSPC');
		await fixture.clock.runUntil(() => fixture.clock.now() > 1_005_000);
		expect(fixture.state.waiting.size).toBe(1);
		fixture.breakDisk(null);
		expect(await finish(fixture)).toEqual({reason: 'done'});
	});

	test.each<RunCommand>([
		{type: 'pause', cause: 'person'},
		{type: 'drain', patienceMs: null, cause: 'quit'},
	])('lets nothing leave that waited for it when a person says $type', async command => {
		const fixture = createFixture({
			count: 10,
			rate: {concurrency: 2},
			leaveWhenStuck: false,
			script: () => ({afterMs: 100, outcome: answered()}),
		});
		await fixture.clock.runUntil(() => fixture.calls.length === 2);
		fixture.breakDisk('ENOSPC');
		await fixture.clock.runUntil(() => fixture.clock.now() > 1_002_000);
		fixture.engine.send(command);
		fixture.breakDisk(null);
		await fixture.clock.runUntil(() => fixture.engine.status().diskFull === null);
		expect(fixture.calls).toHaveLength(2);
		expect(fixture.state.totals.status).toEqual([8, 0, 0, 0, 2, 0]);
		expect(fixture.state.totals.maybeBilled.calls).toBe(0);
	});

	test('does not keep a person who will not wait, however late the aborted calls end', async () => {
		const fixture = createFixture({
			count: 4,
			rate: {concurrency: 2},
			abortedAfterMs: 50,
			script: () => ({afterMs: 60_000, outcome: answered()}),
		});
		await fixture.clock.runUntil(() => fixture.calls.length === 2);
		fixture.breakDisk('ENOSPC');
		fixture.engine.send({type: 'abort', cause: 'quit'});
		expect(await finish(fixture)).toEqual({reason: 'stopped', cause: 'quit'});
	});

	test('that is slow stops new starts until it has caught up', async () => {
		const fixture = createFixture({
			count: 6,
			rate: {concurrency: 1},
			script: () => ({afterMs: 100, outcome: answered()}),
		});
		await fixture.clock.runUntil(() => fixture.calls.length === 1);
		fixture.slowDisk(5000);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.calls[1]!.at).toBe(1_005_000);
	});
});
