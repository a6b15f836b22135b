import {expect, test} from 'vitest';
import {collected, shardCut, submitted, updated} from '../domain/batch-fixture.ts';
import {failed, failure, start} from '../domain/run-fixture.ts';
import {indexes, watch} from './watched-snapshot.ts';

test('a batch tells what is enqueued, and that it is ending; one whose tail is pulled cannot be pulled again', () => {
	const {take, look} = watch();
	take(shardCut(1, indexes(0, 100)), ...submitted(1), shardCut(2, indexes(100, 50)));
	const queue = 'openai/gpt-4o-mini';
	expect(look().batches.enqueued).toEqual([{queue, tokens: 1000, limit: null}]);
	take({type: 'batch-cancel-asked', at: start, shard: 1, pullsTail: false});
	expect(look().batches.list[0]).toMatchObject({
		isCancelling: true,
		isPulled: false,
		pull: {requests: 100},
	});
	take({type: 'batch-cancel-asked', at: start, shard: 1, pullsTail: true});
	expect(look().batches.list[0]).toMatchObject({isCancelling: true, isPulled: true, pull: null});
	take(updated(1, 'cancelled'));
	expect(look().batches.list[0]).toMatchObject({perMinute: null, pull: null});
	expect(look().batches.list[1]).toMatchObject({perMinute: null, pull: {requests: 50}});
});

test('the phase is RUNNING while requests that were pulled out of a batch are left, and their lane is direct', () => {
	const {take, look} = watch();
	take(shardCut(1, indexes(0, 300)), ...submitted(1), shardCut(2, indexes(300, 100)), ...submitted(2));
	take({type: 'batch-cancel-asked', at: start, shard: 2, pullsTail: true}, updated(2, 'cancelled'));
	expect(look().phase).toBe('WAITING');
	const expired = {
		sequel: 'requeue',
		failure: failure('expired'),
		lane: 'batch',
		batchId: 'batch_2',
	} as const;
	take(...indexes(300, 100).map(index => failed(index, expired)), collected(2));
	expect(look()).toMatchObject({phase: 'RUNNING', lanes: 'BATCH+DIRECT'});
	// 300 by batch at 37.5e-6, 100 direct at 75e-6.
	expect(look().cost.forecastUsd).toBeCloseTo(300 * 37.5e-6 + 100 * 75e-6, 9);
	expect(look().cost.forcing?.requests).toBe(0);
});
