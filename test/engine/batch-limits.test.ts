import {describe, expect, test} from 'vitest';
import {estimateTokens} from '../../source/domain/estimate.ts';
import {defaultSettings} from '../../source/domain/settings.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {type BatchFixture, createBatchFixture} from './batch-fixture.ts';
import {finish} from './engine-fixture.ts';
import type {FakeBatch} from './fake-batch-transport.ts';

function sizeOf({lines, bytes}: FakeBatch) {
	const tokens = lines.reduce((sum, {body}) => sum + estimateTokens(JSON.stringify(body)), 0);
	return {requests: lines.length, bytes, tokens};
}

/** The most that was at the API at the same time. */
function watch({api}: BatchFixture) {
	const peak = {batches: 0, requests: 0, bytes: 0, tokens: 0};
	const largest = {requests: 0, bytes: 0, tokens: 0};
	api.onCreated = batch => {
		const sizes = api.active().map(sizeOf);
		peak.batches = Math.max(peak.batches, sizes.length);
		for (const key of ['requests', 'bytes', 'tokens'] as const) {
			peak[key] = Math.max(
				peak[key],
				sizes.reduce((sum, size) => sum + size[key], 0),
			);
			largest[key] = Math.max(largest[key], sizeOf(batch)[key]);
		}
	};
	return {peak, largest};
}

describe('the limits of batches', () => {
	test('hold for every batch, and for all that is at the API, whatever they are', async () => {
		const random = seededRandom(testSeed('batch limits'));
		const between = (from: number, to: number) => Math.floor(from + random() * (to - from));
		for (let round = 0; round < 25; round++) {
			const count = between(20, 400);
			const batch = {
				maxRequests: between(5, 120),
				maxBytes: between(2000, 20_000),
				maxTokens: between(200, 3000),
				maxUnpushed: between(1, 6),
			};
			const remote = {
				maxBatches: between(1, 5),
				maxRequests: batch.maxRequests * between(1, 4),
				maxBytes: batch.maxBytes * between(1, 4),
				maxTokens: batch.maxTokens * between(1, 4),
			};
			const models = random() < 0.3 ? ['m', 'k'] : ['m'];
			const fixture = createBatchFixture({count, batch, remote, models});
			const {peak, largest} = watch(fixture);
			expect(await finish(fixture, 1e9)).toEqual({reason: 'done'});
			expect(fixture.state.totals.done.batch).toBe(count);
			expect(largest.requests).toBeLessThanOrEqual(batch.maxRequests);
			expect(largest.bytes).toBeLessThanOrEqual(batch.maxBytes);
			expect(largest.tokens).toBeLessThanOrEqual(batch.maxTokens);
			expect(peak.batches).toBeLessThanOrEqual(remote.maxBatches);
			expect(peak.requests).toBeLessThanOrEqual(remote.maxRequests);
			expect(peak.bytes).toBeLessThanOrEqual(remote.maxBytes);
			expect(peak.tokens).toBeLessThanOrEqual(remote.maxTokens);
		}
	});

	test('a request that is larger than the limits of a file goes alone', async () => {
		const fixture = createBatchFixture({
			count: 3,
			batch: {maxTokens: 2, maxBytes: 20},
			remote: {maxTokens: 2},
		});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect([...fixture.api.batches.values()].map(({lines}) => lines.length)).toEqual([1, 1, 1]);
	});

	test('a request that alone may cost more than a batch may is left to a person', async () => {
		const fixture = createBatchFixture({count: 3, batch: {maxCostPico: 10n}});
		expect(await finish(fixture)).toMatchObject({
			reason: 'stuck',
			why: expect.stringMatching(/request 0 alone may cost/),
		});
		expect(fixture.api.log).toEqual([]);
	});

	test('what the ceilings leave goes out, and no more', async () => {
		const limits = {...defaultSettings.limits, task: {requests: 70, tokens: null, costPico: null}};
		const fixture = createBatchFixture({count: 100, settings: {limits}});
		expect(await finish(fixture)).toMatchObject({
			reason: 'stuck',
			why: expect.stringMatching(/task\.requests/),
		});
		expect(fixture.state.totals.done.batch).toBe(70);
		const next = createBatchFixture({count: 100, after: fixture});
		next.engine.send({type: 'resume'});
		expect(await finish(next)).toEqual({reason: 'done'});
		expect(next.state.totals.done.batch).toBe(100);
	});

	test('near a ceiling no small batch goes beside another: what that holds comes back when it is collected', async () => {
		const probe = createBatchFixture({count: 1});
		await finish(probe);
		const [one] = probe.events.flatMap(event => (event.type === 'shard-cut' ? [event] : []));
		const costOf = (requests: number) => BigInt(requests * one!.worstPico);
		const limits = {...defaultSettings.limits, task: {requests: null, tokens: null, costPico: costOf(300)}};
		const fixture = createBatchFixture({
			count: 600,
			batch: {minRequests: 100, maxRequests: 250},
			settings: {limits},
		});
		await finish(fixture);
		const cuts = fixture.events.flatMap(event => (event.type === 'shard-cut' ? [event] : []));
		expect(cuts[0]?.count).toBe(250);
		for (const [position, cut] of cuts.entries()) {
			const isBeside = fixture.events
				.slice(0, fixture.events.indexOf(cut))
				.filter(({type}) => type === 'batch-collected').length;
			expect(cut.count >= 100 || isBeside === position, `shard ${cut.shard} of ${cut.count}`).toBe(true);
		}
	});

	test('with no batch allowed at the API files are prepared, and later sent as they are', async () => {
		const options = {count: 500, batch: {maxRequests: 50, maxUnpushed: 3}};
		const fixture = createBatchFixture({...options, remote: {maxBatches: 0}});
		expect(await finish(fixture)).toMatchObject({
			reason: 'stuck',
			why: expect.stringMatching(/^3 batch files are prepared/),
		});
		expect(fixture.api.log).toEqual([]);
		const prepared = [...fixture.state.batches.values()].map(({sha256}) => sha256);
		const next = createBatchFixture({...options, after: fixture});
		expect(await finish(next)).toEqual({reason: 'done'});
		expect([...next.api.batches.values()].slice(0, 3).map(({metadata}) => metadata.pb_sha)).toEqual(prepared);
	});

	test('files that are larger than what may be at the API now are cut again', async () => {
		const fixture = createBatchFixture({count: 100, remote: {maxBatches: 0}});
		await finish(fixture);
		const next = createBatchFixture({count: 100, after: fixture, remote: {maxRequests: 40}});
		expect(await finish(next)).toEqual({reason: 'done'});
		expect([...next.api.batches.values()].map(({lines}) => lines.length)).toEqual([40, 40, 20]);
		expect(next.events).toContainEqual(expect.objectContaining({type: 'shard-released', reason: 'resized'}));
	});

	test('a limit of enqueued tokens that only refusals tell is learned', async () => {
		const limit = 900;
		const message = `Enqueued token limit reached for m. Limit: ${limit} enqueued tokens.`;
		const fixture: BatchFixture = createBatchFixture({
			count: 300,
			api: {
				end(lines) {
					const enqueued = [...fixture.api.active()].reduce((sum, batch) => sum + sizeOf(batch).tokens, 0);
					const own = lines.reduce((sum, {body}) => sum + estimateTokens(JSON.stringify(body)), 0);
					return enqueued + own > limit
						? {
								status: 'failed',
								afterMs: 20_000,
								refusals: [{code: 'token_limit_exceeded', message, line: null}],
							}
						: {};
				},
			},
		});
		expect(await finish(fixture, 1e9)).toEqual({reason: 'done'});
		expect(fixture.state.totals.done.batch).toBe(300);
		expect(fixture.state.queues[0]?.enqueuedLimit).toBe(limit);
		expect(fixture.events.filter(({type}) => type === 'batch-rejected')).toHaveLength(1);
	});

	test('600 refusals for enqueued tokens do not end a run, and are not asked for in a rush', async () => {
		const message = 'Enqueued token limit reached for m in organization o.';
		const fixture = createBatchFixture({
			count: 120,
			api: {
				end: (_, nth) =>
					nth <= 600
						? {
								status: 'failed',
								afterMs: 100,
								refusals: [{code: 'token_limit_exceeded', message, line: null}],
							}
						: {},
			},
		});
		const began = fixture.clock.now();
		expect(await finish(fixture, 1e10)).toEqual({reason: 'done'});
		expect(fixture.state.totals.done.batch).toBe(120);
		expect(fixture.api.batches.size).toBeGreaterThan(600);
		expect(fixture.clock.now() - began).toBeGreaterThan(600 * 60_000);
	});
});
