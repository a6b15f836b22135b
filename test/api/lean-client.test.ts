import {Readable} from 'node:stream';
import {APIError, APIUserAbortError, toFile} from 'openai';
import {expect, onTestFinished, test, vi} from 'vitest';
import {createClients} from '../../source/api/clients.ts';
import type {LeanClient} from '../../source/api/lean-client.ts';
import {testKey} from './direct-call.ts';
import {always, type Script, scriptedServer} from './scripted-server.ts';

async function clientOf(script: Script) {
	const server = await scriptedServer(script);
	const clients = createClients({
		providers: [{name: 'openai', baseUrl: `${server.origin}/v1`, keyFor: () => testKey}],
		connections: 4,
	});
	onTestFinished(() => clients.close());
	const client: LeanClient = clients.of('openai', 'gpt-4o-mini').client;
	return {client, server, clients};
}

const file = {id: 'file-1', object: 'file', bytes: 3, filename: 'b.jsonl', purpose: 'batch'};

test('a batch file goes up as a stream with a known length', async () => {
	const {client, server} = await clientOf(always(200, file));
	const line = `${JSON.stringify({custom_id: 'r1', body: 'x'.repeat(1000)})}\n`;
	const head =
		'--b\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n' +
		'--b\r\ncontent-disposition: form-data; name="file"; filename="b.jsonl"\r\n\r\n';
	const tail = '\r\n--b--\r\n';
	const length = head.length + 1000 * line.length + tail.length;
	async function* form(): AsyncGenerator<string> {
		yield head;
		for (let count = 0; count < 1000; count++) {
			yield line;
		}

		yield tail;
	}

	const answer = await client.post('/files', {
		body: form(),
		headers: {'content-type': 'multipart/form-data; boundary=b', 'content-length': String(length)},
	});
	expect(answer).toMatchObject(file);
	const [request] = server.received;
	expect(request!.headers).toMatchObject({
		'content-length': String(length),
		'content-type': 'multipart/form-data; boundary=b',
		authorization: `Bearer ${testKey}`,
	});
	expect(request!.headers).not.toHaveProperty('transfer-encoding');
	expect(request!.body.toString()).toBe(head + line.repeat(1000) + tail);
});

test("the SDK's own uploads arrive whole: a file in memory and a stream", async () => {
	const {client, server} = await clientOf(always(200, file));
	const memory = await toFile(Buffer.from('{"a":1}\n'), 'memory.jsonl');
	const stream = Object.assign(Readable.from(['{"b":', '2}\n']), {path: 'stream.jsonl'});
	for (const upload of [memory, stream as unknown as File]) {
		expect(await client.files.create({file: upload, purpose: 'batch'})).toMatchObject(file);
	}

	const [first, second] = server.received.map(({headers, body}) => ({
		type: headers['content-type'],
		text: body.toString(),
	}));
	for (const {type, text} of [first!, second!]) {
		const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(type ?? '')?.[1];
		expect(text).toContain(`--${boundary}--`);
		expect(text).toMatch(/name="purpose"\r\n\r\nbatch\r\n/);
	}

	expect(first!.text).toContain('filename="memory.jsonl"');
	expect(first!.text).toContain('\r\n\r\n{"a":1}\n\r\n');
	expect(second!.text).toContain('filename="stream.jsonl"');
	expect(second!.text).toContain('\r\n\r\n{"b":2}\n\r\n');
});

test('a download comes as a stream, before the server has ended it', async () => {
	let finish: () => void = () => undefined;
	const {client} = await clientOf((_, response) => {
		response.writeHead(200, {'content-type': 'application/octet-stream'});
		response.write('{"line":1}\n');
		finish = () => response.end('{"line":2}\n');
	});
	const response = await client.files.content('file-1');
	const chunks: string[] = [];
	for await (const chunk of response.body!) {
		chunks.push(Buffer.from(chunk as Uint8Array).toString());
		finish();
	}

	expect(chunks).toEqual(['{"line":1}\n', '{"line":2}\n']);
});

test('a download can be given up in the middle', async () => {
	let closed = false;
	const {client} = await clientOf((_, response) => {
		response.writeHead(200, {'content-type': 'application/octet-stream'});
		response.write('{"line":1}\n');
		response.on('close', () => {
			closed = true;
		});
	});
	const controller = new AbortController();
	const response = await client.files.content('file-1', {signal: controller.signal});
	const reading = response.text();
	controller.abort();
	await expect(reading).rejects.toThrow(/abort/i);
	await vi.waitFor(() => expect(closed).toBe(true));
	const second = client.files.content('file-1', {signal: AbortSignal.abort()});
	await expect(second).rejects.toBeInstanceOf(APIUserAbortError);
});

test('batches are created, fetched, cancelled and listed page by page', async () => {
	const {client, server} = await clientOf(({method, url}, response) => {
		response.setHeader('content-type', 'application/json');
		const page = (data: object[], more: boolean) =>
			response.end(JSON.stringify({object: 'list', data, has_more: more}));
		if (method === 'GET' && url.startsWith('/v1/batches?')) {
			return void (url.includes('after=batch_2')
				? page([{id: 'batch_1'}], false)
				: page([{id: 'batch_3'}, {id: 'batch_2'}], true));
		}

		response.end(JSON.stringify({id: 'batch_3', status: 'validating'}));
	});
	const created = await client.batches.create({
		input_file_id: 'file-1',
		endpoint: '/v1/chat/completions',
		completion_window: '24h',
		metadata: {pb_run: 'r'},
	});
	expect(created.id).toBe('batch_3');
	await client.batches.retrieve('batch_3');
	await client.batches.cancel('batch_3');
	const ids: string[] = [];
	for await (const batch of client.batches.list({limit: 2})) {
		ids.push(batch.id);
	}

	expect(ids).toEqual(['batch_3', 'batch_2', 'batch_1']);
	expect(server.received.map(({method, url}) => `${method} ${url}`)).toEqual([
		'POST /v1/batches',
		'GET /v1/batches/batch_3',
		'POST /v1/batches/batch_3/cancel',
		'GET /v1/batches?limit=2',
		'GET /v1/batches?limit=2&after=batch_2',
	]);
	expect(JSON.parse(server.received[0]!.body.toString())).toMatchObject({metadata: {pb_run: 'r'}});
});

test('a refusal is an APIError, tried once, and a redirect is one too', async () => {
	const elsewhere = await scriptedServer(always(200, {}));
	for (const status of [429, 500, 307]) {
		const {client, server} = await clientOf((_, response) => {
			response.writeHead(status, {location: elsewhere.origin, 'content-type': 'application/json'});
			response.end(JSON.stringify({error: {message: 'no', code: 'x'}}));
		});
		const error = await client.batches.retrieve('b').catch((reason: unknown) => reason);
		expect(error).toBeInstanceOf(APIError);
		expect(error).toMatchObject({status, code: 'x'});
		expect(server.received).toHaveLength(1);
	}

	expect(elsewhere.received).toEqual([]);
});

test('deleting works with an empty answer, and closing ends a transfer', async () => {
	const {client, clients, server} = await clientOf(({method}, response) => {
		if (method === 'DELETE') {
			response.writeHead(204).end();
		}
	});
	expect(await client.files.delete('file-1')).toBeNull();
	const stuck = client.files.retrieve('file-1');
	stuck.catch(() => undefined);
	await vi.waitFor(() => expect(server.received).toHaveLength(2));
	await clients.close();
	await expect(stuck).rejects.toBeInstanceOf(APIError);
});
