import {expect, test} from 'vitest';
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
