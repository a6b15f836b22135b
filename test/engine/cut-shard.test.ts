import {describe, expect, test} from 'vitest';
import {createBatchFixture} from './batch-fixture.ts';
import {finish} from './engine-fixture.ts';
import {errorLine, okLine} from './fake-batch-lines.ts';

describe('a cut', () => {
	test('writes lines with our own ids, the path, and the whole body', async () => {
		const fixture = createBatchFixture({count: 3, remote: {maxBatches: 0}});
		await finish(fixture);
		const lines = fixture.files.contents.get(1)!.trimEnd().split('\n');
		expect(lines.map(line => JSON.parse(line) as unknown)).toEqual(
			[0, 1, 2].map(index => ({
				custom_id: `1-${index}`,
				method: 'POST',
				url: '/v1/chat/completions',
				body: {model: 'm', max_tokens: 10, index},
			})),
		);
	});

	test('takes one model into a file', async () => {
		const fixture = createBatchFixture({count: 300, models: ['a', 'b']});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect([...fixture.api.batches.values()].map(({lines}) => lines.length)).toEqual([150, 150]);
		for (const {lines} of fixture.api.batches.values()) {
			expect(new Set(lines.map(({body}) => Number(body.index) % 2)).size).toBe(1);
		}
	});

	test('waits for retries that come due soon, so that they go in one file', async () => {
		const fixture = createBatchFixture({
			count: 20,
			api: {
				end: (lines, nth) =>
					nth === 1
						? {
								output: lines.slice(10).map(line => okLine(line)),
								errors: lines.slice(0, 10).map(line => errorLine(line, 'server_error', 500)),
							}
						: {},
			},
			retry: {initialMs: 4000},
		});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect([...fixture.api.batches.values()].map(({lines}) => lines.length)).toEqual([20, 10]);
	});

	test('fails a request that no file can take, and goes on with the others', async () => {
		const fixture = createBatchFixture({
			count: 4,
			endpoint: 'embeddings',
			bodyOf: index => ({model: 'm', index, input: index === 2 ? new Array(50_001).fill('x') : ['x']}),
			batch: {maxTokens: 1e9},
			remote: {maxTokens: 1e9, maxBatches: 0},
		});
		expect((await finish(fixture)).reason).toBe('stuck');
		expect(fixture.state.totals.failed.get('invalid_request')).toBe(1);
		expect(fixture.state.queues[0]?.failed).toBe(1);
		expect(fixture.files.contents.get(1)!.trimEnd().split('\n')).toHaveLength(3);
	});
});
