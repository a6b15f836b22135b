import {expect, test} from 'vitest';
import {defaultSettings} from '../../source/domain/settings.ts';
import {createBatchFixture} from './batch-fixture.ts';
import {finish} from './engine-fixture.ts';

test('a batch without result files is taken in to its end after a kill half way', async () => {
	const options = {count: 700, retry: {maxRetries: 0}, api: {end: () => ({output: null, errors: null})}};
	let failed = 0;
	const first = createBatchFixture({
		...options,
		killAfter: ({type}) => type === 'attempt-failed' && ++failed === 520,
	});
	await first.clock.runUntil(first.isKilled);
	const next = createBatchFixture({...options, after: first});
	expect(await finish(next)).toEqual({reason: 'done'});
	expect(next.state.totals.failed.get('missing')).toBe(700);
});

test('a batch that may fail as a whole does so to its end, a part of it a turn', async () => {
	const guard = {...defaultSettings.guard, processFailedBatches: 1};
	const end = () => ({status: 'failed', refusals: [{code: 'empty_batch', message: 'none', line: null}]});
	const options = {count: 600, settings: {guard}, batch: {maxRequests: 300}, api: {end}};
	const first = createBatchFixture({...options, killAt: (step, nth) => step === 'created' && nth === 2});
	await first.clock.runUntil(first.isKilled);
	const next = createBatchFixture({...options, after: first, onlyProcess: true});
	expect(await finish(next)).toMatchObject({reason: 'stuck'});
	// The second one needs another leave.
	expect(next.state.totals.failed.get('invalid_request')).toBe(300);
	expect([...next.state.batches.values()]).toMatchObject([{shard: 2, step: 'rejected', remaining: 300}]);
});
