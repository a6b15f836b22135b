import {expect, test, vi} from 'vitest';
import type {BatchReply, RemoteBatch} from '../../source/domain/batch-ports.ts';
import {batchTransportTo, granted, target} from './batch-call.ts';
import {testKey} from './direct-call.ts';
import {always, refusingOrigin, type Script, scriptedServer} from './scripted-server.ts';

const remote = {id: 'batch_1', object: 'batch', status: 'validating', created_at: 1_760_000_000};
const wanted = {inputFileId: 'file-1', endpoint: 'chat', metadata: {pb_run: 'r', pb_shard: '1'}} as const;

async function created(script: Script): Promise<{reply: BatchReply<RemoteBatch>; calls: number}> {
	const server = await scriptedServer(script);
	const reply = await batchTransportTo(server.origin, {callTimeoutMs: 1500}).create(target, wanted);
	return {reply, calls: server.received.length};
}

test('a batch is asked for with its window and its metadata only', async () => {
	const server = await scriptedServer(always(200, remote));
	granted(await batchTransportTo(server.origin).create(target, wanted));
	const [{method, url, headers, body}] = server.received as [(typeof server.received)[0]];
	expect(`${method} ${url}`).toBe('POST /v1/batches');
	expect(JSON.parse(body.toString())).toEqual({
		input_file_id: 'file-1',
		endpoint: '/v1/chat/completions',
		completion_window: '24h',
		metadata: {pb_run: 'r', pb_shard: '1'},
	});
	expect(Object.keys(headers).filter(name => /idempotency|retry/.test(name))).toEqual([]);
});

test.each<[string, Script, object]>([
	['hangs', () => undefined, {failure: {kind: 'timeout', status: null}}],
	[
		'is cut before its answer',
		(_, response) => response.destroy(),
		{failure: {kind: 'network', status: null}},
	],
	[
		'is cut within its answer',
		(_, response) => {
			response.writeHead(200, {'content-length': 100}).write('{"id":');
			setTimeout(() => response.destroy(), 20);
		},
		{failure: {kind: 'malformed', status: 200}},
	],
	[
		'hangs within its answer',
		(_, response) => void response.writeHead(200).write('{'),
		{failure: {kind: 'timeout'}},
	],
	['is answered 502', always(502, '<html><title>Bad</title>'), {failure: {kind: 'server', status: 502}}],
	[
		'is answered with a page',
		always(200, '<!doctype html><title>Log in</title>'),
		{failure: {message: 'not JSON: HTML page: Log in'}},
	],
	[
		'is answered with nothing',
		always(200, ''),
		{failure: {kind: 'malformed', message: 'not JSON: empty body'}},
	],
	['is answered with half a batch', always(200, '{"id":"batch_1","sta'), {failure: {kind: 'malformed'}}],
	['is answered with a list', always(200, [remote]), {failure: {kind: 'malformed'}}],
	['is answered with another object', always(200, {id: 'file-1'}), {failure: {kind: 'malformed'}}],
	['is answered with an empty id', always(200, {...remote, id: ''}), {failure: {kind: 'malformed'}}],
	['is answered with a step upwards', always(200, {...remote, id: '..'}), {failure: {kind: 'malformed'}}],
])('a create call that %s may have made the batch, and is sent once', async (_, script, expected) => {
	const {reply, calls} = await created(script);
	expect(reply).toMatchObject({ok: false, maybeDone: true, ...expected});
	expect(calls).toBe(1);
});

test.each([
	[400, 'invalid_request'],
	[401, 'auth'],
	[403, 'auth'],
	[404, 'not_found'],
	[429, 'rate_limit'],
	[307, 'not_found'],
])('a create call that is refused with %i made nothing', async (status, kind) => {
	const message = `no: Bearer ${testKey}`;
	const {reply, calls} = await created(always(status, {error: {message}}, {'retry-after-ms': '1500'}));
	expect(reply).toMatchObject({ok: false, failure: {kind, status}, retryHintMs: 1500, maybeDone: false});
	expect(JSON.stringify(reply)).not.toContain(testKey);
	expect(calls).toBe(1);
});

test('a server that nobody reached made nothing', async () => {
	const transport = batchTransportTo(await refusingOrigin());
	expect(await transport.create(target, wanted)).toMatchObject({
		ok: false,
		failure: {kind: 'network', status: null},
		maybeDone: false,
	});
});

test('closing ends a call, and none is sent afterwards', async () => {
	const server = await scriptedServer(() => undefined);
	const transport = batchTransportTo(server.origin);
	const reply = transport.create(target, wanted);
	await vi.waitFor(() => expect(server.received).toHaveLength(1));
	await transport.close();
	expect(await reply).toMatchObject({
		ok: false,
		failure: {kind: 'network', message: 'ended before it was finished'},
		maybeDone: true,
	});
	expect(await transport.create(target, wanted)).toMatchObject({ok: false, maybeDone: false});
	expect(server.received).toHaveLength(1);
});

test('whatever a server sends, a batch has one shape', async () => {
	const read = async (body: object) => {
		const server = await scriptedServer(always(200, body));
		return granted(await batchTransportTo(server.origin).retrieve(target, 'batch_1'));
	};

	expect(
		await read({
			...remote,
			status: ' Completed',
			expires_at: 1_760_086_400,
			input_file_id: 'file-1',
			output_file_id: 'file-2',
			error_file_id: '',
			request_counts: {total: 3, completed: 2, failed: 1},
			errors: {
				data: [
					null,
					{code: 'invalid_json_line', line: 3, message: `bad sk-abc ${testKey}`, param: null},
					{code: 'gizmo', line: null, message: null},
					{line: 0},
					'text',
				],
			},
			metadata: {pb_run: 'r', count: 3, __proto__: null},
		}),
	).toEqual({
		id: 'batch_1',
		status: 'completed',
		createdAt: 1_760_000_000_000,
		expiresAt: 1_760_086_400_000,
		inputFileId: 'file-1',
		outputFileId: 'file-2',
		errorFileId: null,
		counts: {total: 3, completed: 2, failed: 1},
		errors: [
			{code: 'invalid_json_line', line: 3, message: 'bad [redacted] [redacted]'},
			{code: 'gizmo', line: null, message: 'gizmo'},
			{code: null, line: null, message: 'no reason was given'},
		],
		metadata: {pb_run: 'r'},
	});
	const bare = {
		inputFileId: null,
		outputFileId: null,
		errorFileId: null,
		counts: null,
		errors: [],
		metadata: {},
	};
	for (const odd of [null, 17, 'text', [], [null], {data: null}, {total: -1}, {total: '3'}]) {
		const rest = {input_file_id: odd === 'text' ? null : odd, request_counts: odd, errors: odd, metadata: []};
		expect(await read({...remote, ...rest, expires_at: odd === 17 ? null : odd})).toMatchObject({
			...bare,
			expiresAt: null,
		});
	}

	// Azure writes dates out.
	const azure = await read({...remote, created_at: '2024-07-19T17:13:57.2491382+00:00', expires_at: '3'});
	expect(azure).toMatchObject({createdAt: Date.UTC(2024, 6, 19, 17, 13, 57, 249), expiresAt: null});
	// Without a time it counts as new, so that nobody passes it over.
	const {createdAt} = await read({id: 'batch_1', status: 'paused_by_gateway'});
	expect(Math.abs(createdAt - Date.now())).toBeLessThan(60_000);
});
