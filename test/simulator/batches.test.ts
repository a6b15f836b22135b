import {describe, expect, it} from 'vitest';
import type {OutputLine} from './batch-client.ts';
import {batchClient, chatLine, chatLines, idsOf} from './batch-client.ts';
import {simulated} from './simulated.ts';

describe('a batch, with the unmodified SDK', () => {
	it('goes through its statuses and gives every line, in another order', async () => {
		const {client, create, poll, finish, read} = await batchClient('batch=600ms,shuffle');
		const created = await create(chatLines(40), {metadata: {pb_run: 'r1', pb_shard: '3'}});
		expect(created).toMatchObject({
			object: 'batch',
			status: 'validating',
			endpoint: '/v1/chat/completions',
			completion_window: '24h',
			metadata: {pb_run: 'r1', pb_shard: '3'},
			output_file_id: null,
			error_file_id: null,
			errors: null,
			request_counts: {total: 0, completed: 0, failed: 0},
		});
		const running = await poll(created, batch => (batch.request_counts?.completed ?? 0) > 0);
		expect(running.request_counts!.total).toBe(40);
		const done = await finish(created);
		expect(done).toMatchObject({
			status: 'completed',
			model: 'gpt-4o-mini',
			error_file_id: null,
			failed_at: null,
			request_counts: {total: 40, completed: 40, failed: 0},
		});
		expect(done.completed_at! - done.created_at).toBeLessThanOrEqual(2);

		const lines = await read(done.output_file_id);
		const order = chatLines(40).map((_, at) => `id-${at}`);
		expect([...idsOf(lines)].sort()).toEqual([...order].sort());
		expect(idsOf(lines)).not.toEqual(order);
		expect(lines[0]).toMatchObject({
			error: null,
			response: {status_code: 200, request_id: expect.any(String)},
		});
		const tokens = lines.reduce((sum, line) => sum + totalTokens(line), 0);
		expect(done.usage!.total_tokens).toBe(tokens);
		const file = await client.files.retrieve(done.output_file_id!);
		expect(file).toMatchObject({purpose: 'batch_output', filename: `${done.id}_output.jsonl`});
	});

	it('gives a line the answer that a direct call gets', async () => {
		const {client, create, finish, read} = await batchClient('batch=0s');
		const direct = await (await simulated()).post('/chat/completions', bodyOf(chatLine('a')));
		const done = await finish(await create([chatLine('a')]));
		const [line] = await read(done.output_file_id);
		expect(line?.response?.body).toEqual(JSON.parse(direct.text));
		expect(client.maxRetries).toBe(0);
	});

	it.each([
		['/v1/completions', {prompt: 'About pizza:'}],
		['/v1/responses', {input: 'About pizza:'}],
		['/v1/embeddings', {input: 'pizza', dimensions: 8}],
		['/v1/moderations', {input: 'pizza'}],
	])('serves %s', async (endpoint, rest) => {
		const {create, finish, read} = await batchClient('batch=0s');
		const line = {custom_id: 'a', method: 'POST', url: endpoint, body: {model: 'm', ...rest}};
		const done = await finish(await create([line], {endpoint}));
		expect(done.request_counts).toEqual({total: 1, completed: 1, failed: 0});
		expect((await read(done.output_file_id))[0]?.response?.status_code).toBe(200);
	});

	it('is listed newest first, page by page', async () => {
		const {client, create} = await batchClient('batch=0s');
		const ids: string[] = [];
		for (let at = 0; at < 5; at++) {
			ids.unshift((await create([chatLine('a')])).id);
		}

		const page = await client.batches.list({limit: 2});
		expect(page.data.map(({id}) => id)).toEqual(ids.slice(0, 2));
		expect(page.has_more).toBe(true);
		const found = [];
		for await (const batch of client.batches.list({limit: 2})) {
			found.push(batch.id);
		}

		expect(found).toEqual(ids);
		await expect(client.batches.list({limit: 101})).rejects.toMatchObject({status: 400});
		await expect(client.batches.retrieve('batch_none')).rejects.toMatchObject({status: 404});
	});

	it('keeps what was done when it is cancelled', async () => {
		const {client, create, poll, finish, read} = await batchClient('batch=2s');
		const created = await create(chatLines(50));
		await poll(created, batch => (batch.request_counts?.completed ?? 0) >= 5);
		const cancelling = await client.batches.cancel(created.id);
		expect(cancelling.status).toBe('cancelling');
		expect((await client.batches.cancel(created.id)).status).toBe('cancelling');
		const {status, request_counts: counts, ...done} = await finish(created);
		const output = await read(done.output_file_id);
		const errors = await read(done.error_file_id);
		expect(status).toBe('cancelled');
		expect(counts).toEqual({total: 50, completed: output.length, failed: errors.length});
		expect(output.length).toBeGreaterThanOrEqual(5);
		expect(output.length + errors.length).toBe(50);
		expect(errors[0]).toMatchObject({response: null, error: {code: 'batch_cancelled'}});
		await expect(client.batches.cancel(created.id)).rejects.toMatchObject({status: 409});
	});

	it.each([
		[{}, 'input_file_id'],
		[{input_file_id: 'f'}, 'endpoint'],
		[{input_file_id: 'f', endpoint: '/v1/audio'}, 'completion_window'],
		[{input_file_id: 'f', endpoint: '/v1/audio', completion_window: '24h'}, 'endpoint'],
		[{input_file_id: 'f', endpoint: '/v1/embeddings', completion_window: '1h'}, 'completion_window'],
		[{...valid(), metadata: {a: 1}}, 'metadata'],
		[{...valid(), metadata: {a: 'x'.repeat(513)}}, 'metadata'],
		[
			{...valid(), metadata: Object.fromEntries(Array.from({length: 17}, (_, at) => [`k${at}`, '']))},
			'metadata',
		],
		[{...valid(), output_expires_after: {anchor: 'created_at', seconds: 60}}, 'output_expires_after.seconds'],
	])('is not made from %j', async (body, param) => {
		const {post, get} = await simulated();
		const reply = await post('/batches', body);
		expect([reply.status, JSON.parse(reply.text).error.param]).toEqual([400, param]);
		expect(JSON.parse((await get('/batches')).text).data).toEqual([]);
	});

	it('counts as a call that the quota may refuse', async () => {
		const {post} = await simulated('quota_after=1');
		expect((await post('/batches', valid())).status).toBe(200);
		expect((await post('/batches', valid())).status).toBe(429);
	});
});

function totalTokens({response}: OutputLine): number {
	const {usage} = response!.body as {readonly usage: {readonly total_tokens: number}};
	return usage.total_tokens;
}

function valid() {
	return {input_file_id: 'file-1', endpoint: '/v1/embeddings', completion_window: '24h'};
}

function bodyOf(line: object): unknown {
	return (line as {readonly body: unknown}).body;
}
