import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {createBatchFixture} from './batch-fixture.ts';
import {answered, createFixture, type Fixture, failed, finish} from './engine-fixture.ts';

const begun = (indexes: readonly number[]): RunEvent => ({
	type: 'sample-begun',
	at: 999_000,
	purpose: 'canary',
	indexes,
});

const sent = ({calls}: Fixture) => calls.map(({index}) => index);

describe('a sample', () => {
	test('goes first and alone, through its retries, and then pauses the run with what it came to', async () => {
		const fixture = createFixture({
			count: 40,
			models: ['a', 'b'],
			earlier: [begun([3, 8, 21, 30])],
			body: {max_tokens: 10},
			script: (call, attempt) => ({
				afterMs: 100,
				outcome:
					call.body.index === 8
						? failed('invalid_request', 400)
						: attempt === 1 && call.body.index === 21
							? failed('server', 500)
							: answered('x', {
									usage: {prompt_tokens: 1, completion_tokens: call.body.index === 30 ? 10 : 3},
								}),
			}),
		});
		const end = await finish(fixture);
		expect(end.reason).toBe('stuck');
		expect(end).toMatchObject({why: expect.stringContaining('--unpause')});
		expect([...new Set(sent(fixture))].sort((a, b) => a - b)).toEqual([3, 8, 21, 30]);
		const done = fixture.events.filter(({type}) => type === 'sample-done');
		expect(done).toEqual([
			expect.objectContaining({
				requests: {done: 3, failed: 1},
				failures: [['invalid_request 400', 1]],
				outputs: {mean: 16 / 3, p50: 3, p95: 10, max: 10, allowed: [10, 10], full: 1},
				pauses: true,
			}),
		]);
		expect(fixture.state).toMatchObject({paused: true, sample: {step: 'paused'}});
	});

	test('goes on at a key, and sends nothing twice', async () => {
		const fixture = createFixture({
			count: 12,
			earlier: [begun([5, 7])],
			leaveWhenStuck: false,
			script: () => ({afterMs: 100, outcome: answered()}),
		});
		await fixture.clock.runUntil(() => fixture.state.paused);
		expect(sent(fixture)).toEqual([5, 7]);
		fixture.engine.send({type: 'resume'});
		await finish(fixture);
		expect(sent(fixture).sort((a, b) => a - b)).toEqual([...Array(12).keys()]);
		expect(fixture.state.sample?.step).toBe('past');
	});

	test('pauses nothing where nothing is left', async () => {
		const fixture = createFixture({
			count: 3,
			earlier: [begun([0, 1, 2])],
			script: () => ({afterMs: 100, outcome: answered()}),
		});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.paused).toBe(false);
	});

	test('ends when a person gave up what was left of it; what failed and is tried again belongs to it', async () => {
		const fixture = createFixture({
			count: 20,
			earlier: [begun([1, 2, 3])],
			leaveWhenStuck: false,
			retry: {maxRetries: 0},
			script: (call, attempt) => ({
				afterMs: 100,
				outcome: call.body.index === 1 && attempt === 1 ? failed('server', 500) : answered(),
			}),
			rate: {concurrency: 1},
		});
		await fixture.clock.runUntil(() => fixture.calls.length === 2);
		fixture.engine.send({type: 'wipe-failed', indexes: 'all'});
		fixture.engine.send({type: 'give-up', indexes: [3]});
		await fixture.clock.runUntil(() => fixture.state.paused);
		expect(sent(fixture)).toEqual([1, 2, 1]);
		expect(fixture.events.find(({type}) => type === 'sample-done')).toMatchObject({
			requests: {done: 2, failed: 1},
			failures: [['cancelled', 1]],
		});
	});
});

test('goes direct before any batch is cut, and the rest by batch', async () => {
	const first = createBatchFixture({count: 200, earlier: [begun([4, 150])]});
	expect((await finish(first)).reason).toBe('stuck');
	expect(sent(first)).toEqual([4, 150]);
	expect(first.steps).not.toContain('cut');
	const second = createBatchFixture({count: 200, after: first, leaveWhenStuck: false});
	second.engine.send({type: 'resume'});
	await finish(second);
	expect(second.state.totals.done).toEqual({direct: 2, batch: 198});
	expect(sent(second)).toEqual([]);
});

test('of a session that was killed goes on with what is left of it', async () => {
	const first = createFixture({
		count: 30,
		rate: {concurrency: 1},
		earlier: [begun([2, 9, 20])],
		script: () => ({afterMs: 100, outcome: answered()}),
		killAfter: event => event.type === 'attempt-answered',
	});
	await first.clock.runUntil(() => first.events.some(({type}) => type === 'attempt-answered'));
	const second = createFixture({
		count: 30,
		rate: {concurrency: 1},
		earlier: [begun([2, 9, 20]), ...first.events],
		script: () => ({afterMs: 100, outcome: answered()}),
	});
	await finish(second);
	expect(sent(second)).toEqual([9, 20]);
	expect(second.state.sample?.result).toMatchObject({requests: {done: 3, failed: 0}, outputs: {p50: 5}});
});
