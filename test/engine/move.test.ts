import {describe, expect, test} from 'vitest';
import {createBatchFixture} from './batch-fixture.ts';
import {answered, createFixture, failed, finish} from './engine-fixture.ts';
import {pass} from './triage-fixture.ts';

const oneByOne = {count: 9, rate: {concurrency: 1}} as const;

describe('moved requests', () => {
	const script = () => ({afterMs: 1000, outcome: answered()});

	test('start first or last, in the order in which they were named', async () => {
		const fixture = createFixture({...oneByOne, script});
		await pass(fixture, 10);
		fixture.engine.send({type: 'move', indexes: [8, 6, 6, 0, 99], to: 'front'});
		fixture.engine.send({type: 'move', indexes: [2, 1], to: 'back'});
		fixture.engine.send({type: 'move', indexes: [7], to: 'front'});
		expect(fixture.state.moved.size).toBe(5);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.calls.map(({index}) => index)).toEqual([0, 7, 8, 6, 3, 4, 5, 2, 1]);
		expect(fixture.state.moved.size).toBe(0);
	});

	test('go on in the same order after a kill', async () => {
		const moves = (fixture: ReturnType<typeof createFixture>) => {
			fixture.engine.send({type: 'move', indexes: [8, 6, 3], to: 'front'});
			fixture.engine.send({type: 'move', indexes: [2, 1, 4], to: 'back'});
			fixture.engine.send({type: 'move', indexes: [6], to: 'back'});
		};
		const whole = createFixture({...oneByOne, script});
		await pass(whole, 10);
		moves(whole);
		await finish(whole);
		const first = createFixture({
			...oneByOne,
			script,
			killAfter: event => event.type === 'attempt-answered' && event.index === 8,
		});
		await pass(first, 10);
		moves(first);
		await pass(first, 5000);
		const next = createFixture({...oneByOne, script, earlier: first.events});
		await finish(next);
		const order = whole.calls.map(({index}) => index);
		expect(order).toEqual([0, 8, 3, 5, 7, 2, 1, 4, 6]);
		expect(next.calls.map(({index}) => index)).toEqual(order.slice(2));
	});

	test('that wait still wait for their time', async () => {
		const fixture = createFixture({
			...oneByOne,
			retry: {initialMs: 8000},
			script: ({body: {index}}, attempt) => ({
				afterMs: 1000,
				outcome: attempt === 1 && (index === 0 || index === 1) ? failed('server', 503) : answered(),
			}),
		});
		await pass(fixture, 2500);
		fixture.engine.send({type: 'move', indexes: [1], to: 'front'});
		fixture.engine.send({type: 'move', indexes: [0], to: 'back'});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		const order = fixture.calls.map(({index}) => index);
		// 1 fails at 2 s and is due at 6 s; 0 failed at 1 s, is due before, and comes last.
		expect(order).toEqual([0, 1, 2, 3, 4, 5, 1, 6, 7, 8, 0]);
	});

	test('are cut first too', async () => {
		const fixture = createBatchFixture({
			count: 300,
			batch: {maxRequests: 100, minRequests: 50, maxUnpushed: 1},
		});
		fixture.engine.send({type: 'move', indexes: [299, 5], to: 'front'});
		fixture.engine.send({type: 'move', indexes: [0], to: 'back'});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		const [first] = fixture.events.flatMap(event => (event.type === 'shard-cut' ? [event] : []));
		expect(first!.indexes).toEqual([
			[299, 1],
			[5, 1],
			[1, 4],
			[6, 94],
		]);
		expect(fixture.state.moved.size).toBe(0);
	});
});
