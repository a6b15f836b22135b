import {expect, test} from 'vitest';
import {statuses} from '../../source/domain/state.ts';
import {type BatchFixture, createBatchFixture} from './batch-fixture.ts';
import {finish} from './engine-fixture.ts';
import {errorLine, type InputLine, okLine} from './fake-batch-lines.ts';
import type {FakeEnd} from './fake-batch-transport.ts';

function count({state}: BatchFixture, word: (typeof statuses)[number]): number {
	return state.totals.status[statuses.indexOf(word)]!;
}

function of(fixture: BatchFixture, type: BatchFixture['events'][number]['type']): number {
	return fixture.events.filter(event => event.type === type).length;
}

test('row 22: an expired batch with 60 of 100 done: 60 are stored, 40 go again, and all are done', async () => {
	const end = (lines: readonly InputLine[], nth: number): FakeEnd =>
		nth === 1
			? {
					status: 'expired',
					output: lines.slice(0, 60).map(line => okLine(line)),
					errors: lines.slice(60).map(line => errorLine(line, 'batch_expired')),
				}
			: {};
	const fixture = createBatchFixture({count: 100, api: {end}});
	expect(await finish(fixture, 86_400_000)).toEqual({reason: 'done'});
	expect(count(fixture, 'done')).toBe(100);
	expect([...fixture.api.batches.values()].map(({lines}) => lines.length)).toEqual([100, 40]);
	expect(fixture.api.files.size).toBe(0);
	expect(fixture.state.batches.size).toBe(0);
});

test('row 24: refused for too many tokens, a run goes on by itself and in smaller files', async () => {
	const message = 'Enqueued token limit reached for m. Limit: 400 enqueued tokens. Please try again later.';
	const end = (lines: readonly InputLine[]): FakeEnd =>
		lines.length > 40
			? {status: 'failed', refusals: [{code: 'token_limit_exceeded', message, line: null}], afterMs: 1000}
			: {};
	const fixture = createBatchFixture({count: 100, api: {end}});
	expect(await finish(fixture, 86_400_000)).toEqual({reason: 'done'});
	expect(count(fixture, 'done')).toBe(100);
	expect(fixture.state.totals.attempts).toBe(100);
	expect(fixture.state.queues[0]!.enqueuedLimit).toBe(400);
});

test('fault 29: a bad line fails alone, and the rest of its file is sent without it', async () => {
	const end = (lines: readonly InputLine[]): FakeEnd => {
		const line = lines.findIndex(({body}) => body.index === 7);
		const refusals = [{code: 'missing_required_parameter', message: 'no messages', line: line + 1}];
		return line < 0 ? {} : {status: 'failed', refusals};
	};
	const fixture = createBatchFixture({count: 20, api: {end}});
	expect(await finish(fixture, 86_400_000)).toEqual({reason: 'done'});
	expect(count(fixture, 'done')).toBe(19);
	expect(fixture.state.totals.failed).toEqual(new Map([['invalid_request', 1]]));
});

test('row 28: two batches in a row with less than half good answers stop the run', async () => {
	const end = (lines: readonly InputLine[]): FakeEnd => ({
		output: lines.slice(0, 4).map(line => okLine(line)),
		errors: lines.slice(4).map(line => errorLine(line, 'bad', 400)),
	});
	const fixture = createBatchFixture({
		count: 50,
		api: {end},
		batch: {maxRequests: 10, maxUnpushed: 1},
		remote: {maxBatches: 1},
	});
	const ended = await finish(fixture, 86_400_000);
	expect(ended).toMatchObject({reason: 'stuck', why: expect.stringContaining('2 passes in a row')});
	expect(of(fixture, 'batch-collected')).toBeGreaterThanOrEqual(2);
	expect(of(fixture, 'batch-collected')).toBeLessThan(5);
	expect(of(fixture, 'guard-tripped')).toBe(1);
	const calm = createBatchFixture({count: 50, after: fixture, batch: {maxRequests: 10}});
	calm.engine.send({type: 'resume'});
	await finish(calm, 86_400_000);
	expect(of(calm, 'batch-collected')).toBeGreaterThan(0);
});

test('row 23, fault 29: a batch that failed as a whole stops the run until a person goes on with it', async () => {
	let isMended = false;
	const end = (): FakeEnd =>
		isMended
			? {}
			: {status: 'failed', refusals: [{code: 'model_not_found', message: 'no such model', line: null}]};
	const fixture = createBatchFixture({count: 10, api: {end}});
	const ended = await finish(fixture, 86_400_000);
	expect(ended).toMatchObject({reason: 'stuck', why: expect.stringContaining('model_not_found')});
	expect(count(fixture, 'batched')).toBe(10);
	isMended = true;
	const later = createBatchFixture({count: 10, after: fixture});
	later.engine.send({type: 'resume'});
	expect(await finish(later, 86_400_000)).toEqual({reason: 'done'});
	expect(count(later, 'done')).toBe(10);
});

test('fault 31: a lost result file stops the run, and after a person went on its requests are asked again', async () => {
	const fixture = createBatchFixture({count: 10});
	fixture.api.onCreated = batch => {
		batch.outputFileId = 'gone';
	};
	const ended = await finish(fixture, 86_400_000);
	expect(ended).toMatchObject({reason: 'stuck', why: expect.stringContaining('is gone')});
	fixture.api.onCreated = () => {};
	const later = createBatchFixture({count: 10, after: fixture});
	later.engine.send({type: 'resume'});
	expect(await finish(later, 86_400_000)).toEqual({reason: 'done'});
	expect(later.state.totals.maybeBilled.calls).toBe(10);
	expect(count(later, 'done')).toBe(10);
});
