import {describe, expect, test} from 'vitest';
import {type BatchFixture, createBatchFixture} from './batch-fixture.ts';
import {finish} from './engine-fixture.ts';

const hourMs = 3_600_000;

/** Killed when the API had made the batch and its reply was not on record. */
async function killedAtCreated(): Promise<BatchFixture> {
	const first = createBatchFixture({count: 150, killAt: step => step === 'created'});
	await first.clock.runUntil(first.isKilled);
	let isLater = false;
	first.clock.after(100, () => {
		isLater = true;
	});
	await first.clock.runUntil(() => isLater);
	return first;
}

describe('a batch that may have been created', () => {
	for (const skewMs of [-2 * hourMs, 2 * hourMs]) {
		test(`is found by the clock of the API, ${skewMs / hourMs} hours off ours`, async () => {
			const first = await killedAtCreated();
			for (const batch of first.api.batches.values()) {
				(batch as {createdAt: number}).createdAt += skewMs;
			}

			for (const [id, file] of first.api.files) {
				first.api.files.set(id, {...file, createdAt: file.createdAt + skewMs});
			}

			const next = createBatchFixture({count: 150, after: first});
			expect(await finish(next)).toEqual({reason: 'done'});
			expect(next.api.count('create')).toBe(1);
		});
	}

	async function withAnotherKey() {
		const first = await killedAtCreated();
		const {api} = first;
		const [batches, files] = [[...api.batches], [...api.files]];
		api.batches.clear();
		api.files.clear();
		const asked = createBatchFixture({count: 150, after: first});
		expect(await finish(asked)).toMatchObject({
			reason: 'stuck',
			why: expect.stringContaining('the API shows this key neither it nor its input file'),
		});
		expect(api.count('create')).toBe(1);
		return {asked, api, batches, files};
	}

	test('of which this key is shown nothing is not created again without a question', async () => {
		const {asked, api, batches, files} = await withAnotherKey();
		for (const [id, batch] of batches) {
			api.batches.set(id, batch);
		}

		for (const [id, file] of files) {
			api.files.set(id, file);
		}

		const next = createBatchFixture({count: 150, after: asked});
		next.engine.send({type: 'resume'});
		expect(await finish(next)).toEqual({reason: 'done'});
		expect(api.count('create')).toBe(1);
		expect(next.state.totals.done.batch).toBe(150);
		expect(next.state.totals.maybeBilled.calls).toBe(0);
	});

	test('is given up by a person who goes on without that key: it counts as maybe billed', async () => {
		const {asked, api} = await withAnotherKey();
		const next = createBatchFixture({count: 150, after: asked});
		next.engine.send({type: 'resume'});
		expect(await finish(next)).toEqual({reason: 'done'});
		expect(api.count('create')).toBe(2);
		expect(next.state.totals.done.batch).toBe(150);
		expect(next.state.totals.maybeBilled.calls).toBe(150);
	});
});
