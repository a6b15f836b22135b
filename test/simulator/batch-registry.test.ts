import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {batchClient, chatLine, chatLines, idsOf} from './batch-client.ts';
import {temporaryFolder} from './simulated.ts';

describe('batches and their state folder', () => {
	it('go on while nobody runs', async () => {
		const stateDir = temporaryFolder();
		const before = await batchClient('batch=900ms', stateDir);
		const created = await before.create(chatLines(20), {metadata: {shard: '0'}});
		const running = await before.poll(created, ({status}) => status === 'in_progress');
		await before.close();
		const endAtMs = created.created_at * 1000 + 2000;
		const after = await batchClient('', stateDir);
		const done = await after.finish(created);
		expect(done).toMatchObject({id: created.id, status: 'completed', metadata: {shard: '0'}});
		expect(done.in_progress_at).toBe(running.in_progress_at);
		expect(done.completed_at! * 1000).toBeLessThanOrEqual(endAtMs);
		expect(idsOf(await after.read(done.output_file_id))).toEqual(chatLines(20).map((_, at) => `id-${at}`));
	});

	it('are validated by the next session when there was no time', async () => {
		const stateDir = temporaryFolder();
		const before = await batchClient('batch=0s', stateDir);
		const created = await before.create(chatLines(500));
		await before.close();
		const after = await batchClient('', stateDir);
		const done = await after.finish(created);
		expect(done.request_counts).toEqual({total: 500, completed: 500, failed: 0});
	});

	it('are the same after they ended', async () => {
		const stateDir = temporaryFolder();
		const before = await batchClient('batch=0s,500=30%', stateDir);
		const done = await before.finish(await before.create(chatLines(20)));
		const output = await before.read(done.output_file_id);
		await before.close();
		const after = await batchClient('', stateDir);
		expect(await after.client.batches.retrieve(done.id)).toEqual(done);
		expect(await after.read(done.output_file_id)).toEqual(output);
		expect((await after.create([chatLine('next')])).id).not.toBe(done.id);
		expect((await after.client.batches.list()).data.map(({id}) => id)[1]).toBe(done.id);
	});

	it('have one output although a kill came between its writing and its record', async () => {
		const stateDir = temporaryFolder();
		const before = await batchClient('batch=0s,500=30%', stateDir);
		const done = await before.finish(await before.create(chatLines(20)));
		await before.close();
		const file = path.join(stateDir, 'batches', `${done.id}.json`);
		const record = JSON.parse(readFileSync(file, 'utf8'));
		writeFileSync(file, JSON.stringify({...record, outcome: null}));
		const after = await batchClient('batch=0s', stateDir);
		const again = await after.finish(done);
		expect(again.output_file_id).toBe(done.output_file_id);
		expect(await after.read(again.output_file_id)).toHaveLength(20);
		expect(again.error_file_id).toBeNull();
	});

	it('remember how many were scripted to expire or to lack lines', async () => {
		const stateDir = temporaryFolder();
		const script = 'batch=100ms,expire=1,missing=2,create_502=1';
		const before = await batchClient(script, stateDir);
		await expect(before.create(chatLines(8))).rejects.toMatchObject({status: 502});
		const [first] = (await before.client.batches.list()).data;
		expect((await before.finish(first!)).status).toBe('expired');
		await before.close();
		const after = await batchClient(script, stateDir);
		const second = await after.finish(await after.create(chatLines(8)));
		expect(second.status).toBe('completed');
		expect(await after.read(second.output_file_id)).toHaveLength(8);
	});

	it('stand before the last lines of the first one until it is cancelled, and the next one ends', async () => {
		const {client, create, poll, finish, read} = await batchClient('batch=300ms,stuck=2');
		const created = await create(chatLines(20));
		const next = await finish(await create(chatLines(5)));
		expect(next).toMatchObject({status: 'completed', request_counts: {completed: 5}});
		const stands = await poll(created, batch => batch.request_counts?.completed === 18);
		expect(stands.status).toBe('in_progress');
		await client.batches.cancel(created.id);
		const ended = await finish(created);
		expect(ended).toMatchObject({status: 'cancelled', request_counts: {total: 20, completed: 18, failed: 2}});
		expect(await read(ended.output_file_id)).toHaveLength(18);
		const codes = (await read(ended.error_file_id)).map(({error}) => error?.code);
		expect(codes).toEqual(['batch_cancelled', 'batch_cancelled']);
	});

	it('fail when their input is deleted before they are done', async () => {
		const {client, create, poll, finish} = await batchClient('batch=600ms');
		const created = await create(chatLines(3));
		await poll(created, ({status}) => status === 'in_progress');
		await client.files.delete(created.input_file_id);
		const failed = await finish(created);
		expect(failed.status).toBe('failed');
		expect(failed.errors!.data![0]!.message).toContain('Cannot find file');
	});
});
