import {describe, expect, test} from 'vitest';
import {statusCode} from '../../source/domain/state.ts';
import {createBatchFixture} from './batch-fixture.ts';
import {answered, createFixture, type Fixture, failed, finish} from './engine-fixture.ts';

const sent = ({calls}: Fixture) => calls.map(({index}) => index);

describe('requests that ask the same', () => {
	test('are asked once; the others get the answer at no cost', async () => {
		const fixture = createFixture({
			count: 6,
			twins: Int32Array.of(-1, 0, -1, 1, -1, 3),
			script: () => ({afterMs: 100, outcome: answered()}),
		});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(sent(fixture)).toEqual([0, 2, 4]);
		const {state, events} = fixture;
		expect(events.filter(({type}) => type === 'answers-shared')).toEqual([
			expect.objectContaining({from: 0, indexes: [1, 3, 5]}),
		]);
		expect(state.totals).toMatchObject({attempts: 3, started: 3, done: {direct: 6, batch: 0}});
		expect(state.totals.cost.direct).toBe(3n * 75_000_000n);
		expect(state.queues[0]).toMatchObject({done: 6, shared: 3});
		expect([...state.columns.offset].slice(0, 2)).toEqual(Array(2).fill(state.columns.offset[5]));
	});

	test('take the place of one that failed for good, one after the other', async () => {
		const fixture = createFixture({
			count: 4,
			twins: Int32Array.of(-1, 0, 1, 2),
			script: call => ({
				afterMs: 100,
				outcome: (call.body.index as number) < 2 ? failed('invalid_request', 400) : answered(),
			}),
		});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(sent(fixture)).toEqual([0, 1, 2]);
		expect(fixture.state.totals.status[statusCode.failed]).toBe(2);
		expect(fixture.events.at(-1)).toMatchObject({type: 'answers-shared', from: 2, indexes: [3]});
	});

	test('count as one where their number decides the lane, and go by batch as well', async () => {
		const twins = Int32Array.from({length: 200}, (_, index) => index - 20).map(known => Math.max(-1, known));
		const few = createBatchFixture({
			count: 200,
			twins,
			settings: {mode: 'auto'},
			batch: {minRequests: 101},
		});
		await finish(few);
		expect(few.state.totals.done).toEqual({direct: 200, batch: 0});
		expect(few.calls).toHaveLength(20);
		const batched = createBatchFixture({count: 200, twins});
		await finish(batched);
		expect(batched.state.totals.done).toEqual({direct: 0, batch: 200});
		expect([...batched.api.batches.values()].map(({lines}) => lines.length)).toEqual([20]);
	});

	test('get what a session left undone that was killed between answer and copy', async () => {
		const options = {
			count: 3,
			twins: Int32Array.of(-1, 0, 1),
			script: () => ({afterMs: 100, outcome: answered()}),
		};
		const first = createFixture({...options, killAfter: event => event.type === 'attempt-answered'});
		await first.clock.runUntil(() => first.events.some(({type}) => type === 'attempt-answered'));
		const second = createFixture({...options, earlier: first.events});
		expect(await finish(second)).toEqual({reason: 'done'});
		expect(second.calls).toHaveLength(0);
		expect(second.state.totals.done.direct).toBe(3);
	});

	test('that fail again after a wipe, and what is wiped when the answer is there, settle too', async () => {
		const fixture = createFixture({
			count: 3,
			twins: Int32Array.of(-1, 0, 1),
			retry: {maxRetries: 0},
			staysWhenDone: true,
			leaveWhenStuck: false,
			script: call => ({
				afterMs: 100,
				outcome: call.body.index === 0 ? failed('server', 500) : answered(),
			}),
		});
		await fixture.clock.runUntil(() => fixture.state.totals.status[statusCode.done] === 2);
		fixture.engine.send({type: 'wipe-failed', indexes: 'all'});
		await fixture.clock.runUntil(() => fixture.state.totals.status[statusCode.done] === 3);
		expect(sent(fixture)).toEqual([0, 1]);
	});
});

test('a sample does not wait for one that waits for a twin outside of it', async () => {
	const fixture = createFixture({
		count: 6,
		twins: Int32Array.of(-1, 0, -1, -1, -1, -1),
		earlier: [{type: 'sample-begun', at: 999_000, purpose: 'canary', indexes: [0, 3]}],
		retry: {maxRetries: 0},
		leaveWhenStuck: false,
		rate: {concurrency: 1},
		script: (call, attempt) => ({
			afterMs: 100,
			outcome: call.body.index === 0 && attempt === 1 ? failed('server', 500) : answered(),
		}),
	});
	await fixture.clock.runUntil(() => fixture.calls.length === 2);
	fixture.engine.send({type: 'retry', indexes: [0]});
	await fixture.clock.runUntil(() => fixture.state.paused);
	expect(fixture.events.find(({type}) => type === 'sample-done')).toMatchObject({
		requests: {done: 1, failed: 0},
	});
	fixture.engine.send({type: 'resume'});
	expect(await finish(fixture)).toEqual({reason: 'done'});
	expect(sent(fixture)).toEqual([0, 3, 1, 2, 4, 5]);
});
