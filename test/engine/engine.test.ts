import {describe, expect, test} from 'vitest';
import {statusCode} from '../../source/domain/state.ts';
import {answered, createFixture, failed, finish} from './engine-fixture.ts';

describe('the loop', () => {
	test('keeps exactly as many calls in flight as it may (features row 5)', async () => {
		const fixture = createFixture({
			count: 200,
			rate: {concurrency: 20},
			script: () => ({afterMs: 1000, outcome: answered()}),
		});
		const startedAt = fixture.clock.now();
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.peak()).toBe(20);
		expect(fixture.clock.now() - startedAt).toBeLessThanOrEqual(12_000);
		expect(fixture.state.totals.status[statusCode.done]).toBe(200);
	});

	test('has every start on record before the call leaves, and every answer before its slot is used again', async () => {
		const onRecordAtCall: boolean[] = [];
		const fixture = createFixture({
			count: 50,
			rate: {concurrency: 3},
			script: call => {
				const started = fixture.lines.join('\n');
				onRecordAtCall.push(
					started.split('\n').some(line => line.includes('attempt-started') || line.includes('started')),
				);
				expect(fixture.state.inFlight.has(call.body.index as number)).toBe(true);
				return {afterMs: 10, outcome: answered()};
			},
		});
		await finish(fixture);
		expect(onRecordAtCall).toHaveLength(50);
		expect(onRecordAtCall.every(Boolean)).toBe(true);
	});

	test('gives 2 retries 3 attempts, then fails the request (row 21)', async () => {
		const fixture = createFixture({count: 1, script: () => ({afterMs: 5, outcome: failed('server', 500)})});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.calls).toHaveLength(3);
		expect(fixture.state.totals.status[statusCode.failed]).toBe(1);
		expect(fixture.state.totals.failed.get('server')).toBe(1);
	});

	test('refused attempts use up waits, not retries', async () => {
		const fixture = createFixture({
			count: 1,
			retry: {maxRetries: 0, maxWaits: 5},
			script: (_call, attempt) => ({
				afterMs: 5,
				outcome: attempt <= 5 ? failed('rate_limit', 429) : answered(),
			}),
		});
		await finish(fixture);
		expect(fixture.calls).toHaveLength(6);
		expect(fixture.state.totals.status[statusCode.done]).toBe(1);
	});

	test('waits out a hint of the server with the whole queue, at most 20 % longer (row 20)', async () => {
		const fixture = createFixture({
			count: 10,
			rate: {concurrency: 2},
			script: (_call, _attempt, now) => ({
				afterMs: 10,
				outcome: now < 1_000_005 ? failed('rate_limit', 429, {hintMs: 3000}) : answered(),
			}),
		});
		await finish(fixture);
		const gap = fixture.calls[2]!.at - fixture.calls[0]!.at;
		expect(gap).toBeGreaterThanOrEqual(3000);
		expect(gap).toBeLessThanOrEqual(3610);
	});

	test('holds a queue whose key is refused, goes on with the others, and ends as stuck', async () => {
		const fixture = createFixture({
			count: 20,
			models: ['good', 'bad'],
			script: call => ({afterMs: 5, outcome: call.model === 'bad' ? failed('auth', 401) : answered()}),
		});
		const end = await finish(fixture);
		expect(end).toMatchObject({reason: 'stuck', why: expect.stringContaining('openai/bad is held: auth')});
		expect(fixture.state.totals.status[statusCode.done]).toBe(10);
		expect(fixture.state.totals.status[statusCode.queued]).toBe(10);
		expect(fixture.state.totals.status[statusCode.failed]).toBe(0);
		expect(fixture.events.filter(event => event.type === 'queue-held')).toHaveLength(1);
	});

	test('releases a hold with one probe call first', async () => {
		let revoked = true;
		const fixture = createFixture({
			count: 30,
			rate: {concurrency: 10},
			leaveWhenStuck: false,
			script: () => ({afterMs: 50, outcome: revoked ? failed('auth', 401) : answered()}),
		});
		await fixture.clock.runUntil(
			() => fixture.state.queues[0]!.access === 'held' && fixture.state.inFlight.size === 0,
		);
		revoked = false;
		const before = fixture.calls.length;
		fixture.engine.send({type: 'resume'});
		await fixture.clock.runUntil(() => fixture.state.totals.status[statusCode.done]! > 0);
		expect(fixture.calls.length - before).toBeGreaterThanOrEqual(1);
		expect(fixture.calls[before + 1]!.at).toBeGreaterThanOrEqual(fixture.calls[before]!.at + 50);
		expect(await finish(fixture)).toEqual({reason: 'done'});
	});

	test.each<[string, ReturnType<typeof answered>]>([
		['times out', failed('timeout', null, {maybeBilled: true})],
		['fails with 503', failed('server', 503)],
		['is refused by a limit', failed('rate_limit', 429)],
		['is cut off', failed('network', null)],
	])('probes again when the probe %s', async (_name, outcome) => {
		let probes = 0;
		const fixture = createFixture({
			count: 10,
			rate: {concurrency: 4},
			leaveWhenStuck: false,
			script: (_call, _attempt, now) => {
				if (now < 1_000_100) {
					return {afterMs: 5, outcome: failed('auth', 401)};
				}

				probes++;
				return {afterMs: 50, outcome: probes > 3 ? answered() : outcome};
			},
		});
		await fixture.clock.runUntil(
			() => fixture.state.queues[0]!.access === 'held' && fixture.state.inFlight.size === 0,
		);
		const before = fixture.calls.length;
		fixture.clock.after(200, () => fixture.engine.send({type: 'resume'}));
		expect(await finish(fixture)).toEqual({reason: 'done'});
		const gaps = [1, 2, 3].map(probe => fixture.calls[before + probe]!.at - fixture.calls[before]!.at);
		expect(gaps.every((gap, probe) => gap >= 50 * (probe + 1))).toBe(true);
		expect(fixture.state.totals.status[statusCode.done]).toBe(10);
	});

	test('goes offline after 5 failed connections, probes one at a time, and comes back', async () => {
		let down = true;
		const fixture = createFixture({
			count: 40,
			rate: {concurrency: 8},
			script: () => ({afterMs: 5, outcome: down ? failed('network', null) : answered()}),
		});
		await fixture.clock.runUntil(() => fixture.calls.length >= 20);
		// Four more left before the fifth failure was known.
		const probes = fixture.calls.slice(12);
		for (const [position, probe] of probes.entries()) {
			expect(
				probes.filter(other => Math.abs(other.at - probe.at) < 5),
				`probe ${position}`,
			).toHaveLength(1);
		}

		down = false;
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.totals.status[statusCode.done]).toBe(40);
	});
});

describe('a person', () => {
	test('pauses: nothing new starts, what runs is kept, and goes on (row 13)', async () => {
		const fixture = createFixture({
			count: 20,
			rate: {concurrency: 4},
			leaveWhenStuck: false,
			script: () => ({afterMs: 100, outcome: answered()}),
		});
		await fixture.clock.runUntil(() => fixture.calls.length === 4);
		fixture.engine.send({type: 'pause', cause: 'person'});
		await fixture.clock.runUntil(() => fixture.state.inFlight.size === 0);
		expect(fixture.calls).toHaveLength(4);
		expect(fixture.state.totals.status[statusCode.done]).toBe(4);
		fixture.engine.send({type: 'resume'});
		expect(await finish(fixture)).toEqual({reason: 'done'});
	});

	test('quits: drains, aborts after its patience, counts the lost calls as maybe billed', async () => {
		const fixture = createFixture({
			count: 20,
			rate: {concurrency: 4},
			script: call => ({afterMs: call.body.index === 3 ? 60_000 : 100, outcome: answered()}),
		});
		await fixture.clock.runUntil(() => fixture.calls.length === 4);
		fixture.engine.send({type: 'drain', patienceMs: 10_000, cause: 'quit'});
		expect(await finish(fixture)).toEqual({reason: 'stopped', cause: 'quit'});
		expect(fixture.calls).toHaveLength(4);
		expect(fixture.state.totals.status[statusCode.done]).toBe(3);
		expect(fixture.state.totals.status[statusCode.queued]).toBe(17);
		expect(fixture.state.totals.maybeBilled.calls).toBe(1);
		expect(fixture.state.totals.maybeBilled.cost).toBeGreaterThan(0n);
	});

	test('takes a drain back', async () => {
		const fixture = createFixture({
			count: 8,
			rate: {concurrency: 2},
			script: () => ({afterMs: 100, outcome: answered()}),
		});
		await fixture.clock.runUntil(() => fixture.calls.length === 2);
		fixture.engine.send({type: 'drain', patienceMs: null, cause: 'SIGINT'});
		fixture.engine.send({type: 'stay'});
		expect(await finish(fixture)).toEqual({reason: 'done'});
	});
});

describe('a bug', () => {
	test('of a transport ends the run with the error instead of losing it', async () => {
		const fixture = createFixture({
			count: 3,
			script: () => {
				throw new TypeError('a bug');
			},
		});
		await expect(finish(fixture)).rejects.toThrow('a bug');
	});
});

test('a run that was forsaken writes nothing and sends nothing, not even what was about to', async () => {
	const fixture = createFixture({
		count: 20,
		rate: {concurrency: 4},
		script: () => ({afterMs: 100, outcome: answered()}),
	});
	await fixture.clock.runUntil(() => fixture.calls.length === 4);
	const before = fixture.lines.length;
	fixture.engine.record({type: 'resumed', at: fixture.clock.now()});
	fixture.engine.forsake();
	await fixture.clock.runUntil(() => fixture.clock.now() >= 1_000_100);
	expect(fixture.calls).toHaveLength(4);
	expect(fixture.lines).toHaveLength(before);
});

test('a run that has ended takes no orders any more', async () => {
	const fixture = createFixture({count: 1, script: () => ({afterMs: 5, outcome: answered()})});
	await finish(fixture);
	const before = fixture.events.length;
	fixture.engine.send({type: 'pause', cause: 'person'});
	expect(fixture.events).toHaveLength(before);
});
