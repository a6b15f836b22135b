import {expect, test} from 'vitest';
import type {Rejection} from '../../source/domain/batch.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import {settleRejected} from '../../source/engine/settle-rejected.ts';
import {collected, shardCut, submitted, updated} from '../domain/batch-fixture.ts';
import {created, failed, failure, sessionStarted, start} from '../domain/run-fixture.ts';
import {type CollectFixture, type CollectFixtureOptions, createCollectFixture} from './collect-fixture.ts';

function rejected(shard: number, code: string | null, fields: Partial<Rejection> = {}): RunEvent {
	return {
		type: 'batch-rejected',
		at: start,
		shard,
		failure: {...failure('invalid_request', null, `${code} said the API`), code},
		lines: [],
		tokenLimit: null,
		...fields,
	};
}

function refuse(code: string | null, fields: Partial<Rejection> = {}, options: CollectFixtureOptions = {}) {
	const history = [
		created(4),
		sessionStarted(),
		shardCut(1, [0, 1, 2, 3]),
		...submitted(1),
		rejected(1, code, fields),
	];
	return createCollectFixture({history, ...options});
}

function settle(fixture: CollectFixture, shard = 1): void {
	settleRejected(fixture.batch(shard), fixture.lane);
}

function released({events}: CollectFixture) {
	return events.filter(event => event.type === 'shard-released');
}

test('fault 29, row 24: too many enqueued tokens: the shard goes again, and not before a wait', () => {
	const fixture = refuse('token_limit_exceeded', {tokenLimit: 30});
	settle(fixture);
	const at = fixture.clock.now();
	expect(released(fixture)).toMatchObject([{reason: 'token-limit', retryAt: at + 22_500}]);
	expect(fixture.words()).toEqual(['queued', 'queued', 'queued', 'queued']);
	expect(fixture.run.state.queues[0]).toMatchObject({enqueuedLimit: 30, submitAt: at + 22_500});
	expect(fixture.run.state.guard.tripped).toBeNull();
});

test('fault 29: 200 refusals in a row wait longer each time, to 10 minutes, and end nothing', async () => {
	const fixture = refuse('token_limit_exceeded');
	const {run, clock} = fixture;
	const waits: number[] = [];
	for (let shard = 1; shard <= 200; shard++) {
		settle(fixture, shard);
		waits.push(run.state.queues[0]!.submitAt - clock.now());
		await fixture.finish(clock.sleep(waits.at(-1)!));
		run.take(shardCut(shard + 1, [0, 1, 2, 3]), ...submitted(shard + 1));
		run.take(rejected(shard + 1, 'token_limit_exceeded', {tokenLimit: shard % 2 ? 90_000 : null}));
	}

	expect(waits.slice(0, 6)).toEqual([22_500, 45_000, 90_000, 180_000, 360_000, 450_000]);
	expect(waits.at(-1)).toBe(450_000);
	expect(run.state.guard.tripped).toBeNull();
	expect(run.state.queues[0]!.enqueuedLimit).toBe(20_000);
	expect(run.state.totals.attempts).toBe(0);
});

test('several batches that are refused at once wait once, and less when another ends', () => {
	const history = [
		created(6),
		sessionStarted(),
		...[1, 2, 3].flatMap(shard => [shardCut(shard, [shard * 2 - 2, shard * 2 - 1]), ...submitted(shard)]),
		rejected(1, 'token_limit_exceeded'),
		rejected(2, 'token_limit_exceeded'),
	];
	const fixture = createCollectFixture({history});
	settle(fixture, 1);
	settle(fixture, 2);
	const [first, second] = released(fixture);
	expect(second?.retryAt).toBe(first?.retryAt);
	const queue = fixture.run.state.queues[0]!;
	expect(queue.releases).toEqual({'token-limit': 1});
	fixture.run.take(updated(3, 'completed'), collected(3));
	expect(queue).toMatchObject({submitAt: 0, releases: {}});
});

test('fault 29: a bad line fails its request, and the others go again', () => {
	const fixture = refuse('invalid_json_line', {lines: [1]});
	settle(fixture);
	expect(fixture.words()).toEqual(['queued', 'failed', 'queued', 'queued']);
	expect(released(fixture)).toMatchObject([{reason: 'bad-line', retryAt: null}]);
	expect(fixture.run.state.totals.failed).toEqual(new Map([['invalid_request', 1]]));
	expect(fixture.run.state.session.failedBatches).toBe(0);
});

test('with --retry-fatal a bad line is tried again as often as any attempt', () => {
	const fixture = refuse('invalid_json_line', {lines: [1]}, {retry: {retryFatal: true}});
	settle(fixture);
	expect(fixture.words()).toEqual(['queued', 'waiting', 'queued', 'queued']);
});

test('after a kill between the failed lines and the release nothing fails twice', () => {
	const fixture = refuse('missing_required_parameter', {lines: [1, 2]});
	settle(fixture);
	const again = refuse('missing_required_parameter', {lines: [1, 2]});
	again.run.take(...fixture.events.slice(0, 1));
	settle(again);
	expect(again.words()).toEqual(['queued', 'failed', 'failed', 'queued']);
	expect(again.run.state.totals.attempts).toBe(2);
});

test.each([
	['url_mismatch', {lines: [0]}],
	['duplicate_custom_id', {lines: [2]}],
	['model_not_found', {failure: {...failure('not_found'), code: 'model_not_found'}}],
	['invalid_json_line', {lines: [0, 1, 2, 3]}],
	['invalid_json_line', {lines: [7]}],
	['empty_file', {}],
	[null, {}],
] as const)(
	'row 23: %s %j fails the batch as a whole: the guard trips once and a person decides',
	(code, fields) => {
		const fixture = refuse(code, fields);
		const {run} = fixture;
		settle(fixture);
		settle(fixture);
		expect(fixture.events.map(({type}) => type)).toEqual(['guard-tripped']);
		expect(run.state.guard.tripped).toContain('batch 1 failed as a whole');
		expect(fixture.words()).toEqual(['batched', 'batched', 'batched', 'batched']);
		run.take({type: 'resumed', at: start});
		settle(fixture);
		expect(fixture.events.map(({type}) => type)).toEqual(['guard-tripped', 'shard-released']);
		expect(released(fixture)).toMatchObject([{reason: 'rejected'}]);
		expect(fixture.words()).toEqual(['queued', 'queued', 'queued', 'queued']);
		expect(run.state.totals.maybeBilled).toEqual({calls: 0, tokens: 0, cost: 0n});
	},
);

test.each([
	{allowed: 1, retryFatal: false, word: 'failed', outcomes: {failed: 4}},
	{allowed: -1, retryFatal: false, word: 'failed', outcomes: {failed: 4}},
	{allowed: 1, retryFatal: true, word: 'waiting', outcomes: {failed: 4}},
])(
	'row 23: process_failed_batches $allowed, retry_fatal $retryFatal',
	({allowed, retryFatal, word, outcomes}) => {
		const guard = {processFailedBatches: allowed};
		const fixture = refuse('model_not_found', {}, {guard, retry: {retryFatal}});
		settle(fixture);
		expect(fixture.words()).toEqual([word, word, word, word]);
		expect(fixture.events.at(-1)).toMatchObject({type: 'batch-collected', outcomes});
		const {run} = fixture;
		expect(run.state.session.failedBatches).toBe(1);
		expect(run.state.guard).toMatchObject({badPasses: 0, tripped: null});
		run.take(
			{type: 'batch-cleaned', at: start, shard: 1},
			{
				type: 'requests-wiped',
				at: start,
				what: 'failed',
				indexes: [[0, 4]],
				failedKinds: {},
				failedByQueue: [],
			},
		);
		run.take(shardCut(2, [0, 1, 2, 3]), ...submitted(2), rejected(2, 'model_not_found'));
		settle(fixture, 2);
		expect(run.state.guard.tripped === null).toBe(allowed < 0);
	},
);

test('a failure whose kind would hold the queue fails the requests all the same', () => {
	const given = {failure: {...failure('not_found'), code: 'model_not_found'}};
	const fixture = refuse('model_not_found', given, {guard: {processFailedBatches: -1}});
	settle(fixture);
	expect(fixture.run.state.totals.failed).toEqual(new Map([['invalid_request', 4]]));
});

test('a file that the API cannot find is uploaded again once', () => {
	const given = {failure: failure('invalid_request', null, 'Cannot find file file-1')};
	const fixture = refuse('invalid_request', given);
	settle(fixture);
	expect(released(fixture)).toMatchObject([{reason: 'file-lost'}]);
	fixture.run.take(shardCut(2, [0, 1, 2, 3]), ...submitted(2), rejected(2, 'invalid_request', given));
	settle(fixture, 2);
	expect(fixture.run.state.guard.tripped).toContain('Cannot find file');
});

test("fault 31: a batch that vanished is nobody's but a person's to give up, and may have been billed", () => {
	const given = {failure: failure('not_found', 404, 'No batch found')};
	const fixture = refuse(null, given, {guard: {processFailedBatches: -1}});
	const {run} = fixture;
	settle(fixture);
	settle(fixture);
	expect(fixture.events.map(({type}) => type)).toEqual(['guard-tripped']);
	expect(run.state.guard.tripped).toBe('batch 1 is lost: not_found, No batch found');
	run.take({type: 'resumed', at: start});
	settle(fixture);
	expect(fixture.words()).toEqual(['queued', 'queued', 'queued', 'queued']);
	expect(run.state.totals.maybeBilled).toEqual({calls: 4, tokens: 80, cost: 4000n});
	expect(run.state.session.maybeBilled).toBe(4000n);
});

test('no request fails with a batch whose line came to something else, and that a later shard holds', () => {
	const fixture = refuse('empty_batch', {}, {guard: {processFailedBatches: 1}});
	fixture.run.take(
		failed(1, {lane: 'batch', batchId: 'batch_1', sequel: 'requeue'}),
		shardCut(2, [1]),
		...submitted(2),
	);
	settle(fixture);
	expect(fixture.words()).toEqual(['failed', 'batched', 'failed', 'failed']);
});
