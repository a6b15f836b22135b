import {describe, expect, test} from 'vitest';
import {defaultSettings} from '../../source/domain/settings.ts';
import {statusCode} from '../../source/domain/state.ts';
import {type BatchFixture, type BatchFixtureOptions, createBatchFixture} from './batch-fixture.ts';
import {answered, failed, finish} from './engine-fixture.ts';
import {errorLine, okLine} from './fake-batch-lines.ts';
import {apiFailure, type FakeEnd} from './fake-batch-transport.ts';

/** The first batch stands before its last `left` lines until it is cancelled; all others end. */
function stuckBefore(left: number): NonNullable<BatchFixtureOptions['api']> {
	return {
		end: (lines, nth): FakeEnd =>
			nth > 1
				? {}
				: {
						afterMs: 1e12,
						cancelled: {
							output: lines.slice(0, -left).map(line => okLine(line)),
							errors: lines.slice(-left).map(line => errorLine(line, 'batch_cancelled')),
						},
						counts: {total: lines.length, completed: lines.length - left, failed: 0},
					},
	};
}

async function atApi(fixture: BatchFixture, batches = 1): Promise<void> {
	await fixture.clock.runUntil(() => fixture.state.batches.get(batches)?.step === 'submitted');
}

/** What every session records first of calls that were out when the one before was killed. */
function loseInFlight({engine, state, clock}: BatchFixture): void {
	const lost = {reason: 'killed', maybeBilledPico: 0, maybeBilledCalls: 0} as const;
	engine.record({type: 'attempts-lost', at: clock.now(), indexes: [...state.inFlight.keys()], ...lost});
}

const pull = {type: 'cancel-batch', shard: 1, pullsTail: true} as const;
const cancel = {...pull, pullsTail: false} as const;

describe('a batch whose tail is pulled', () => {
	test('98 of 100 done: the 2 go direct at once, everything is paid once, and no batch is made for them', async () => {
		const fixture = createBatchFixture({count: 100, api: stuckBefore(2)});
		await atApi(fixture);
		fixture.engine.send(pull);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.totals.done).toEqual({direct: 2, batch: 98});
		expect(fixture.calls.map(({index}) => index)).toEqual([98, 99]);
		expect(fixture.api.count('create')).toBe(1);
		expect(fixture.state.totals.attempts).toBe(100);
		// 10 tokens in and 5 out each, at 2.5 and 10 USD per million, by batch at half of it.
		expect(fixture.state.totals.cost).toEqual({direct: 2n * 75_000_000n, batch: 98n * 37_500_000n});
		expect(fixture.state.pulled.size).toBe(0);
		expect(fixture.state.expired.size).toBe(0);
		expect(fixture.api.files.size + fixture.files.contents.size).toBe(0);
	});

	test('keeps its requests direct through their retries, while others of the queue go by batch', async () => {
		const fixture = createBatchFixture({
			count: 300,
			batch: {maxRequests: 100},
			remote: {maxBatches: 1},
			api: stuckBefore(3),
			script: (_, attempt) => ({afterMs: 10, outcome: attempt < 3 ? failed('server', 503) : answered()}),
		});
		await atApi(fixture);
		fixture.engine.send(pull);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.totals.done).toEqual({direct: 3, batch: 297});
		expect(new Set(fixture.calls.map(({index}) => index))).toEqual(new Set([97, 98, 99]));
		expect(fixture.calls).toHaveLength(9);
	});

	test('that is still on this machine goes direct as a whole, and is never created', async () => {
		const fixture = createBatchFixture({
			count: 200,
			batch: {maxRequests: 100},
			remote: {maxBatches: 0},
			leaveWhenStuck: false,
		});
		await fixture.clock.runUntil(() => fixture.state.batches.size === 2);
		fixture.engine.send({...pull, shard: 2});
		await fixture.clock.runUntil(() => fixture.state.totals.done.direct === 100);
		expect(fixture.events).toContainEqual(
			expect.objectContaining({type: 'shard-released', shard: 2, reason: 'cancelled'}),
		);
		expect(fixture.state.totals.status[statusCode.batched]).toBe(100);
		expect(fixture.calls.every(({index}) => index >= 100)).toBe(true);
		expect(fixture.api.batches.size).toBe(0);
	});

	test('is held by a pause, and by a ceiling', async () => {
		const fixture = createBatchFixture({count: 100, api: stuckBefore(2), leaveWhenStuck: false});
		await atApi(fixture);
		fixture.engine.send({type: 'pause', cause: 'person'});
		fixture.engine.send(pull);
		await fixture.clock.runUntil(() => fixture.state.batches.size === 0);
		expect(fixture.state.totals.status[statusCode.queued]).toBe(2);
		expect(fixture.calls).toEqual([]);
		fixture.engine.send({type: 'resume'});
		expect(await finish(fixture)).toEqual({reason: 'done'});

		const limits = {...defaultSettings.limits, task: {requests: 101, tokens: null, costPico: null}};
		const bounded = createBatchFixture({
			count: 100,
			api: stuckBefore(2),
			settings: {limits},
			script: () => ({afterMs: 10, outcome: failed('server', 503)}),
		});
		await atApi(bounded);
		bounded.engine.send(pull);
		expect(await finish(bounded)).toMatchObject({
			reason: 'stuck',
			why: expect.stringMatching(/ceiling task.requests/),
		});
		expect(bounded.calls.length).toBe(3);
	});

	test('during an upload: it is broken off, nothing is created, all go direct', async () => {
		const fixture = createBatchFixture({
			count: 150,
			api: {
				fault: operation =>
					operation === 'upload'
						? {failure: apiFailure('server', 503), afterMs: 5000, done: true, maybeDone: true}
						: null,
			},
		});
		await fixture.clock.runUntil(() => fixture.api.count('upload') === 1);
		fixture.engine.send(pull);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.totals.done).toEqual({direct: 150, batch: 0});
		expect(fixture.api.count('create')).toBe(0);
		expect(fixture.api.files.size).toBe(0);
	});

	test('while nobody knows whether it was made: found, it is ended; not found, it is not made', async () => {
		for (const done of [true, false]) {
			const fixture = createBatchFixture({
				count: 150,
				api: {
					...stuckBefore(150),
					fault: operation =>
						operation === 'create'
							? {failure: apiFailure('server', 502), maybeDone: true, done, afterMs: 500}
							: null,
				},
			});
			await fixture.clock.runUntil(() => fixture.api.count('create') === 1);
			fixture.engine.send(pull);
			expect(await finish(fixture)).toEqual({reason: 'done'});
			expect(fixture.api.count('create')).toBe(1);
			expect(fixture.api.count('cancel')).toBe(done ? 1 : 0);
			expect(fixture.state.totals.done).toEqual({direct: 150, batch: 0});
		}
	});
});

describe('a batch that a person cancels', () => {
	test('keeps its finished part; the rest is queued again and costs no round', async () => {
		const fixture = createBatchFixture({count: 100, api: stuckBefore(2)});
		await atApi(fixture);
		fixture.engine.send(cancel);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.totals.done).toEqual({direct: 0, batch: 100});
		expect(fixture.api.count('create')).toBe(2);
		const collected = fixture.events.flatMap(event =>
			event.type === 'batch-collected' ? [event.outcomes] : [],
		);
		expect(collected).toEqual([
			{done: 98, failed: 0, expired: 2, missing: 0},
			{done: 2, failed: 0, expired: 0, missing: 0},
		]);
	});

	test('as often as may be: what never ran does not fail for it', async () => {
		const fixture = createBatchFixture({
			count: 5,
			api: {end: (_, nth) => (nth > 7 ? {} : {afterMs: 1e12, cancelled: {output: null, errors: null}})},
		});
		for (let shard = 1; shard <= 7; shard++) {
			await atApi(fixture, shard);
			fixture.engine.send({...cancel, shard});
		}

		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.totals.done.batch).toBe(5);
		expect(fixture.state.totals.attempts).toBe(5);
	});

	test('may be pulled after all, but not the other way round, and a repeat changes nothing', async () => {
		const fixture = createBatchFixture({count: 100, api: stuckBefore(2)});
		await atApi(fixture);
		for (const command of [cancel, cancel, pull, pull, cancel]) {
			fixture.engine.send(command);
		}

		const asked = () => fixture.events.filter(({type}) => type === 'batch-cancel-asked');
		expect(asked()).toMatchObject([{pullsTail: false}, {pullsTail: true}]);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		fixture.engine.send(pull);
		expect(asked()).toHaveLength(2);
		expect(fixture.api.count('cancel')).toBe(1);
		expect(fixture.state.totals.done.direct).toBe(2);
	});

	test('that has ended already, or that nobody knows, is left alone', async () => {
		const fixture = createBatchFixture({count: 100, leaveWhenStuck: false});
		await fixture.clock.runUntil(() => fixture.state.batches.get(1)?.status === 'completed');
		fixture.engine.send(pull);
		fixture.engine.send({...pull, shard: 9});
		expect(fixture.events.filter(({type}) => type === 'batch-cancel-asked')).toEqual([]);
		expect(await finish(fixture)).toEqual({reason: 'done'});
	});

	test('is ended after a crash too, whenever it came', async () => {
		for (const type of [
			'batch-cancel-asked',
			'batch-cancelling',
			'attempt-failed',
			'batch-collected',
		] as const) {
			const options = {count: 100, api: stuckBefore(2)};
			const first = createBatchFixture({...options, killAfter: event => event.type === type});
			await atApi(first);
			first.engine.send(pull);
			await first.clock.runUntil(first.isKilled);
			const next = createBatchFixture({...options, after: first});
			loseInFlight(next);
			expect(await finish(next), type).toEqual({reason: 'done'});
			expect(next.state.totals.done, type).toEqual({direct: 2, batch: 98});
			expect(next.state.totals.duplicates).toBe(0);
		}
	});

	test('that was refused and waits for a person is let go', async () => {
		const fixture = createBatchFixture({
			count: 100,
			leaveWhenStuck: false,
			api: {end: () => ({status: 'failed', refusals: [{code: 'odd', message: 'odd', line: null}]})},
		});
		await fixture.clock.runUntil(() => fixture.state.guard.tripped !== null);
		fixture.engine.send(pull);
		fixture.engine.send({type: 'resume'});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.totals.done).toEqual({direct: 100, batch: 0});
	});
});
