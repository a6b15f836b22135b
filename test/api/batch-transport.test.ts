import {expect, onTestFinished, test, vi} from 'vitest';
import type {BatchTransport, RemoteBatch} from '../../source/domain/batch-ports.ts';
import {parseScript} from '../../source/simulator/script.ts';
import {startSimulator} from '../../source/simulator/server.ts';
import {batchTransportTo, download, granted, target, upload} from './batch-call.ts';

async function simulated(script: string): Promise<BatchTransport> {
	const simulator = await startSimulator({script: parseScript(script)});
	onTestFinished(() => simulator.close());
	return batchTransportTo(simulator.url.replace(/\/v1$/, ''));
}

const inputOf = (count: number): string =>
	Array.from(
		{length: count},
		(_, position) =>
			`${JSON.stringify({
				custom_id: `1-${position}`,
				method: 'POST',
				url: '/v1/chat/completions',
				body: {model: 'gpt-4o-mini', messages: [{role: 'user', content: `Row ${position}`}]},
			})}\n`,
	).join('');

async function submit(transport: BatchTransport, count: number): Promise<RemoteBatch> {
	const file = granted(await upload(transport, 'pb-run-1-0a1b2c3d.jsonl', inputOf(count)));
	const metadata = {pb_run: 'run', pb_shard: '1', pb_sha: '0a1b'};
	return granted(await transport.create(target, {inputFileId: file.id, endpoint: 'chat', metadata}));
}

async function ended(transport: BatchTransport, id: string): Promise<RemoteBatch> {
	return vi.waitFor(
		async () => {
			const batch = granted(await transport.retrieve(target, id));
			expect(batch.status).toMatch(/^(completed|expired|cancelled|failed)$/);
			return batch;
		},
		{timeout: 10_000},
	);
}

test('a batch goes up, runs, comes back and is cleaned away', async () => {
	const transport = await simulated('seed=1,batch=200ms,shuffle,500=10%');
	const before = Math.floor(Date.now() / 1000) * 1000;
	const created = await submit(transport, 300);
	expect(created).toMatchObject({
		status: 'validating',
		metadata: {pb_run: 'run', pb_shard: '1', pb_sha: '0a1b'},
		errors: [],
	});
	expect(created.createdAt).toBeGreaterThanOrEqual(before);
	expect(created.expiresAt! - created.createdAt).toBe(24 * 3_600_000);
	const batch = await ended(transport, created.id);
	expect(batch).toMatchObject({status: 'completed', inputFileId: created.inputFileId});
	const {completed, failed} = batch.counts!;
	expect(completed + failed).toBe(300);
	const output = await download(transport, batch.outputFileId!);
	const errors = await download(transport, batch.errorFileId!);
	expect(output.reply).toEqual({ok: true, value: {lines: completed}});
	expect(errors.reply).toEqual({ok: true, value: {lines: failed}});
	expect(new Set([...output.lines, ...errors.lines].map(({customId}) => customId)).size).toBe(300);
	expect(output.lines.every(({outcome}) => outcome?.kind === 'answered')).toBe(true);
	for (const {outcome} of errors.lines) {
		expect(outcome).toMatchObject({
			kind: 'failed',
			failure: {kind: 'server', status: 500},
			maybeBilled: false,
		});
	}

	expect(granted(await transport.listBatches(target, before)).map(({id}) => id)).toEqual([batch.id]);
	expect(granted(await transport.listBatches(target, Date.now() + 60_000))).toEqual([]);
	const files = granted(await transport.listFiles(target, 'pb-run-'));
	expect(files).toMatchObject([{id: created.inputFileId, name: 'pb-run-1-0a1b2c3d.jsonl'}]);
	for (let round = 0; round < 2; round++) {
		expect(await transport.removeFile(target, created.inputFileId!)).toEqual({ok: true, value: null});
	}

	expect(granted(await transport.listFiles(target, 'pb-run-'))).toEqual([]);
	const gone = await download(transport, created.inputFileId!);
	expect(gone).toMatchObject({reply: {ok: false, failure: {kind: 'not_found', status: 404}}, lines: []});
});

test('a cancelled batch ends with lines that never ran', async () => {
	const transport = await simulated('seed=2,batch=4s');
	const created = await submit(transport, 40);
	await vi.waitFor(
		async () => expect(granted(await transport.retrieve(target, created.id)).status).toBe('in_progress'),
		{timeout: 10_000},
	);
	expect(granted(await transport.cancel(target, created.id)).status).toMatch(/^cancell(ing|ed)$/);
	const batch = await ended(transport, created.id);
	expect(batch.status).toBe('cancelled');
	const {lines} = await download(transport, batch.errorFileId!);
	expect(lines.length).toBeGreaterThan(0);
	for (const {outcome} of lines) {
		expect(outcome).toMatchObject({
			failure: {kind: 'expired', status: null, code: 'batch_cancelled'},
			maybeBilled: false,
		});
	}

	expect(await transport.cancel(target, created.id)).toMatchObject({ok: false, failure: {status: 409}});
});

test('a batch that is refused tells the line', async () => {
	const transport = await simulated('seed=3,batch=200ms');
	const text = inputOf(5).replace('"custom_id":"1-3"', '"custom_id":"1-2"');
	const file = granted(await upload(transport, 'pb-run-1-0a1b2c3d.jsonl', text));
	const created = granted(
		await transport.create(target, {inputFileId: file.id, endpoint: 'chat', metadata: {}}),
	);
	const batch = await ended(transport, created.id);
	expect(batch).toMatchObject({
		status: 'failed',
		errors: [{code: 'duplicate_custom_id', line: 4}],
		outputFileId: null,
	});
});
