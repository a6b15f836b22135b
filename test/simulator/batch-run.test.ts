import {describe, expect, it} from 'vitest';
import type {OutputLine} from './batch-client.ts';
import {batchClient, chatLine, chatLines, idsOf} from './batch-client.ts';

describe('the lines of a batch', () => {
	it('meet the faults of the server and of answers, each in its file', async () => {
		const {create, finish, read} = await batchClient(
			'batch=0s,500=10%,503=10%,refusal=10%,length=10%,filter=10%,429=20%',
		);
		const done = await finish(await create(chatLines(200)));
		const output = await read(done.output_file_id);
		const errors = await read(done.error_file_id);
		expect(done.request_counts).toEqual({total: 200, completed: output.length, failed: errors.length});
		expect([...idsOf(output), ...idsOf(errors)].sort()).toEqual(
			chatLines(200)
				.map((_, at) => `id-${at}`)
				.sort(),
		);
		const statuses = (lines: readonly OutputLine[]) =>
			[...new Set(lines.map(line => line.response?.status_code))].sort();
		expect(statuses(output)).toEqual([200]);
		expect(statuses(errors)).toEqual([500, 503]);
		expect(errors[0]?.error).toBeNull();
		expect(JSON.stringify(errors[0]?.response?.body)).toContain('"error":{"message"');
		const text = JSON.stringify(output);
		for (const sign of [
			'"finish_reason":"length"',
			'"finish_reason":"content_filter"',
			'"refusal":"I\'m sorry',
		]) {
			expect(text).toContain(sign);
		}
	});

	it('get another answer when they come again', async () => {
		const {create, finish, read} = await batchClient('batch=0s,500=50%');
		const first = await finish(await create(chatLines(40)));
		const failed = idsOf(await read(first.error_file_id));
		expect(failed.length).toBeGreaterThan(5);
		const second = await finish(await create(failed.map(id => chatLine(id))));
		expect(second.request_counts!.completed).toBeGreaterThan(0);
	});

	it('fail alone when only their body is wrong', async () => {
		const {create, finish, read} = await batchClient('batch=0s');
		const done = await finish(await create([chatLine('a'), chatLine('b', 'hi', {temperature: 9})]));
		expect(idsOf(await read(done.output_file_id))).toEqual(['a']);
		const [error] = await read(done.error_file_id);
		expect(error).toMatchObject({custom_id: 'b', error: null, response: {status_code: 400}});
	});

	it('have no output file when all of them fail', async () => {
		const {create, finish, read} = await batchClient('batch=0s,500=100%');
		const done = await finish(await create(chatLines(3)));
		expect(done).toMatchObject({status: 'completed', output_file_id: null});
		expect(done.request_counts).toEqual({total: 3, completed: 0, failed: 3});
		expect(await read(done.error_file_id)).toHaveLength(3);
	});

	it('are half done when the batch expires, as the first N do', async () => {
		const {create, finish, read} = await batchClient('batch=400ms,expire=1');
		const expired = await finish(await create(chatLines(11)));
		const output = await read(expired.output_file_id);
		const errors = await read(expired.error_file_id);
		expect(expired).toMatchObject({status: 'expired', completed_at: null});
		expect(expired.expired_at).toBeGreaterThan(0);
		expect(expired.request_counts).toEqual({total: 11, completed: 5, failed: 6});
		expect([output.length, errors.length]).toEqual([5, 6]);
		expect(errors[0]).toMatchObject({
			response: null,
			error: {
				code: 'batch_expired',
				message: 'This request could not be executed before the completion window expired.',
			},
		});
		const rest = await finish(await create(idsOf(errors).map(id => chatLine(id))));
		expect(rest).toMatchObject({status: 'completed', request_counts: {total: 6, completed: 6, failed: 0}});
	});

	it('are missing, so many in all, although they are counted', async () => {
		const {create, finish, read} = await batchClient('batch=0s,missing=5');
		const found = [];
		for (const count of [3, 10, 10]) {
			const done = await finish(await create(chatLines(count)));
			expect(done.request_counts).toEqual({total: count, completed: count, failed: 0});
			found.push((await read(done.output_file_id)).length);
		}

		expect(found).toEqual([0, 8, 10]);
	});

	it('exist although the creation answered 502, for the first N', async () => {
		const {client, create, finish} = await batchClient('batch=0s,create_502=1');
		await expect(create(chatLines(2), {metadata: {mine: 'yes'}})).rejects.toMatchObject({status: 502});
		const {data} = await client.batches.list();
		expect(data.map(({metadata}) => metadata)).toEqual([{mine: 'yes'}]);
		expect((await finish(data[0]!)).status).toBe('completed');
		expect((await create(chatLines(2))).status).toBe('validating');
	});
});
