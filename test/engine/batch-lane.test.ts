import {describe, expect, test} from 'vitest';
import {createBatchFixture} from './batch-fixture.ts';
import {finish} from './engine-fixture.ts';

describe('the batch lane', () => {
	test('1,000 requests go in three shards, and every answer belongs to its request', async () => {
		const fixture = createBatchFixture({count: 1000, batch: {maxRequests: 400}});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		const {state, api, files, steps} = fixture;
		expect(state.totals.done).toEqual({direct: 0, batch: 1000});
		expect([...api.batches.values()].map(({lines}) => lines.length)).toEqual([400, 400, 200]);
		for (const event of fixture.events) {
			if (event.type === 'attempt-answered') {
				expect(JSON.parse(event.raw).choices[0].message.content).toBe(String(event.index));
			}
		}

		expect(state.batches.size).toBe(0);
		expect(api.files.size).toBe(0);
		expect(files.contents.size).toBe(0);
		expect(new Set(steps)).toEqual(
			new Set([
				'cut',
				'uploaded',
				'creating',
				'created',
				'polling',
				'downloading',
				'collected',
				'cleaned-up',
			]),
		);
		expect(api.batches.values().next().value?.metadata).toEqual({
			pb_run: 'r',
			pb_shard: '1',
			pb_sha: expect.stringMatching(/^[\da-f]{64}$/),
		});
	});
});
