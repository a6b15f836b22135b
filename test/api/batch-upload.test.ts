import {createServer, type RequestListener} from 'node:http';
import type {AddressInfo} from 'node:net';
import {expect, onTestFinished, test, vi} from 'vitest';
import {batchTransportTo, fileOf, granted, never, target, upload} from './batch-call.ts';
import {testKey} from './direct-call.ts';
import {always, refusingOrigin, scriptedServer} from './scripted-server.ts';

const stored = (bytes: number) => ({
	id: 'file-1',
	object: 'file',
	bytes,
	filename: 'b.jsonl',
	created_at: 1_760_000_000,
});

/** A server that sees a request before its body has come. */
async function earlyServer(script: RequestListener): Promise<string> {
	const server = createServer(script);
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('20 MB go up as a form of known length, byte for byte', async () => {
	const text = Buffer.alloc(20_000_000, '{"custom_id":"1-0","body":"\u00E4\u0000--"}\n');
	const server = await scriptedServer(always(200, stored(text.length)));
	const reply = await upload(batchTransportTo(server.origin), 'pb-r-1-0a1b2c3d.jsonl', text);
	expect(reply).toEqual({
		ok: true,
		value: {id: 'file-1', name: 'b.jsonl', bytes: text.length, createdAt: 1_760_000_000_000},
	});
	const [{method, url, headers, body}] = server.received as [(typeof server.received)[0]];
	expect(`${method} ${url}`).toBe('POST /v1/files');
	expect(headers['content-length']).toBe(String(body.length));
	expect(headers).not.toHaveProperty('transfer-encoding');
	expect(headers.authorization).toBe(`Bearer ${testKey}`);
	const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(headers['content-type'] ?? '')?.[1];
	const start = body.indexOf('\r\n\r\n', body.indexOf('name="file"')) + 4;
	expect(body.subarray(0, start).toString()).toBe(
		`--${boundary}\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n` +
			`--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="pb-r-1-0a1b2c3d.jsonl"\r\n` +
			'content-type: application/jsonl\r\n\r\n',
	);
	expect(body.subarray(start, start + text.length).equals(text)).toBe(true);
	expect(body.subarray(start + text.length).toString()).toBe(`\r\n--${boundary}--\r\n`);
});

test('a name cannot break out of its quotes', async () => {
	const server = await scriptedServer(always(200, stored(3)));
	await upload(batchTransportTo(server.origin), 'a"\r\nb.jsonl', '{}\n');
	expect(server.received[0]!.body.toString()).toContain('filename="a%22%0D%0Ab.jsonl"');
});

test('an upload can be ended, and the file is not read on', async () => {
	// It never reads, so that the sockets fill up.
	const origin = await earlyServer(() => undefined);
	const ending = new AbortController();
	let pulled = 0;
	let released = false;
	async function* content(): AsyncGenerator<Uint8Array> {
		try {
			for (;;) {
				pulled++;
				yield Buffer.alloc(65_536, 'x');
			}
		} finally {
			released = true;
		}
	}

	const reply = batchTransportTo(origin).upload(
		target,
		{name: 'b.jsonl', bytes: 190_000_000, content: content()},
		ending.signal,
	);
	await vi.waitFor(() => expect(pulled).toBeGreaterThan(2), {timeout: 10_000});
	ending.abort();
	expect(await reply).toMatchObject({
		ok: false,
		failure: {kind: 'network', message: 'ended before it was finished', status: null},
		maybeDone: true,
	});
	await vi.waitFor(() => expect(released).toBe(true), {timeout: 10_000});
	expect(pulled).toBeLessThan(2900);
	const late = await upload(batchTransportTo(origin), 'b.jsonl', '{}\n', ending.signal);
	expect(late).toMatchObject({
		ok: false,
		failure: {kind: 'network', message: 'ended before it was finished'},
		maybeDone: false,
	});
});

test('a slow upload that moves is not cut off, one that stands still is', async () => {
	const server = await scriptedServer(always(200, stored(10)));
	const transport = batchTransportTo(server.origin, {idleMs: 1500});
	async function* dripping(): AsyncGenerator<Uint8Array> {
		for (let count = 0; count < 10; count++) {
			await new Promise(resolve => setTimeout(resolve, 200));
			yield Buffer.from('x');
		}
	}

	const slow = await transport.upload(target, {name: 'b', bytes: 10, content: dripping()}, never);
	expect(granted(slow).bytes).toBe(10);
	const stuck = await scriptedServer(() => undefined);
	expect(await upload(batchTransportTo(stuck.origin, {idleMs: 200}), 'b', '{}\n')).toMatchObject({
		ok: false,
		failure: {kind: 'timeout', message: 'no answer within 0.2 s'},
		maybeDone: true,
	});
});

test('a reply that tells another size is not believed, one that tells none is', async () => {
	const wrong = await scriptedServer(always(200, stored(2)));
	expect(await upload(batchTransportTo(wrong.origin), 'b', '{}\n')).toMatchObject({
		ok: false,
		failure: {kind: 'malformed', message: '2 of 3 bytes arrived'},
		maybeDone: true,
	});
	const silent = await scriptedServer(always(200, {id: 'file-1'}));
	expect(await upload(batchTransportTo(silent.origin), 'b', '{}\n')).toMatchObject({
		ok: true,
		value: {bytes: 3},
	});
});

test.each([
	['shorter', 5, 'the file has 3 bytes in place of 5'],
	['longer', 2, null],
])('a file that has become %s never arrives', async (_, bytes, message) => {
	const server = await scriptedServer(always(200, stored(bytes)));
	const {content} = fileOf('b', '{}\n');
	const reply = await batchTransportTo(server.origin).upload(
		target,
		{name: 'b', bytes, content: content()},
		never,
	);
	expect(reply).toMatchObject({ok: false, failure: message === null ? {} : {kind: 'malformed', message}});
	expect(server.received).toEqual([]);
});

test('a file that cannot be read says so', async () => {
	const server = await scriptedServer(always(200, stored(3)));
	async function* content(): AsyncGenerator<Uint8Array> {
		yield Buffer.from('{');
		throw new Error('EIO: i/o error, read');
	}

	expect(
		await batchTransportTo(server.origin).upload(target, {name: 'b', bytes: 3, content: content()}, never),
	).toMatchObject({
		ok: false,
		failure: {kind: 'malformed', message: 'the file cannot be read: EIO: i/o error, read'},
		maybeDone: false,
	});
});

test('refusals are classified as on the direct lane', async () => {
	for (const [status, code, kind] of [
		[401, 'invalid_api_key', 'auth'],
		[403, null, 'auth'],
		[429, 'insufficient_quota', 'quota'],
		[413, null, 'invalid_request'],
		[500, null, 'server'],
	] as const) {
		const message = `No, ${testKey} is not welcome`;
		const server = await scriptedServer(always(status, {error: {message, code}}, {'retry-after': '3'}));
		const reply = await upload(batchTransportTo(server.origin), 'b', '{}\n');
		expect(reply).toMatchObject({
			ok: false,
			failure: {kind, status, code, message: 'No, [redacted] is not welcome'},
			retryHintMs: 3000,
			maybeDone: status === 500,
		});
	}

	const reply = await upload(batchTransportTo(await refusingOrigin()), 'b', '{}\n');
	expect(reply).toMatchObject({ok: false, failure: {kind: 'network', status: null}, maybeDone: false});
});

test('a refusal that comes before the file is up is heard, and ends the upload', async () => {
	const origin = await earlyServer((request, response) => {
		request.once('data', () => {
			response.writeHead(401, {'content-type': 'application/json'});
			response.end(JSON.stringify({error: {message: 'no', code: 'invalid_api_key'}}));
		});
	});
	let pulled = 0;
	async function* content(): AsyncGenerator<Uint8Array> {
		for (; pulled < 10_000; pulled++) {
			yield Buffer.alloc(65_536, 'x');
		}
	}

	const file = {name: 'b.jsonl', bytes: 655_360_000, content: content()};
	expect(await batchTransportTo(origin).upload(target, file, never)).toMatchObject({
		ok: false,
		failure: {kind: 'auth', status: 401},
		maybeDone: false,
	});
	expect(pulled).toBeLessThan(10_000);
});
