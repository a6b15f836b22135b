import type {AddressInfo} from 'node:net';
import {createServer, type Socket} from 'node:net';
import {expect, onTestFinished, test} from 'vitest';
import {chatAnswer, failed, send, testKey, transportTo} from './direct-call.ts';
import {always, refusingOrigin, scriptedServer} from './scripted-server.ts';

/** A server that is no HTTP server: it does as it likes with a socket once something came. */
async function socketServer(script: (socket: Socket) => void): Promise<string> {
	const server = createServer(socket => {
		socket.on('error', () => undefined);
		socket.once('data', () => script(socket));
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void server.close());
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answerText = JSON.stringify(chatAnswer);

test.each([
	[
		'an HTML page',
		'<!doctype html><html><head><title>Sign in</title></head></html>',
		'not JSON: HTML page: Sign in',
	],
	['nothing', '', 'not JSON: empty body'],
	['half an answer', answerText.slice(0, 60), `not JSON: ${answerText.slice(0, 60)}`],
	['a text', '"done"', 'not a JSON object: "done"'],
	['a list', '[1]', 'not a JSON object: [1]'],
	['no choices', '{"id":"x"}', 'no choices'],
	['empty choices', '{"choices":[]}', 'choices is empty'],
	['choices of another kind', '{"choices":["x"]}', 'choices holds something else than objects'],
	['a choice without message', '{"choices":[{"index":0}]}', 'a choice has no message'],
	['an error', '{"error":{"message":"upstream\\nfailed"}}', 'upstream failed'],
])('status 200 with %s is malformed and may have been billed', async (_, body, message) => {
	const server = await scriptedServer(always(200, body, {'x-request-id': 'req_9'}));
	expect(failed(await send(transportTo(server.origin)))).toEqual({
		kind: 'failed',
		failure: {kind: 'malformed', status: 200, code: null, message},
		retryHintMs: null,
		requestId: 'req_9',
		maybeBilled: true,
		raw: body,
		headers: null,
	});
});

test('status 204 is malformed', async () => {
	const server = await scriptedServer((_, response) => response.writeHead(204).end());
	expect(failed(await send(transportTo(server.origin)))).toMatchObject({
		failure: {kind: 'malformed', status: 204, message: 'not JSON: empty body'},
		maybeBilled: true,
		raw: '',
	});
});

test('a long unusable body is kept up to a megabyte and its message up to 2,000 characters', async () => {
	const server = await scriptedServer(always(200, `x${'\n y'.repeat(500_000)}`));
	const outcome = failed(await send(transportTo(server.origin)));
	expect(outcome.raw).toHaveLength(1_000_000);
	expect(outcome.failure.message).toHaveLength(2000);
	expect(outcome.failure.message).not.toMatch(/[\r\n]/);
});

test.each([
	['with a length', `content-length: ${answerText.length}\r\n\r\n${answerText.slice(0, 50)}`],
	['in chunks', `transfer-encoding: chunked\r\n\r\n32\r\n${answerText.slice(0, 50)}\r\n`],
])('a body %s that is cut is malformed, may have been billed and is kept', async (_, rest) => {
	for (const cut of [(socket: Socket) => socket.end(), (socket: Socket) => socket.resetAndDestroy()]) {
		const origin = await socketServer(socket => {
			socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${rest}`, () => {
				// The reset must not overtake what was written.
				setTimeout(() => cut(socket), 50);
			});
		});
		expect(failed(await send(transportTo(origin)))).toMatchObject({
			failure: {kind: 'malformed', status: 200, code: null},
			maybeBilled: true,
			raw: answerText.slice(0, 50),
		});
	}
});

test('a connection that ends before any status is a network failure that may have been billed', async () => {
	for (const cut of [(socket: Socket) => socket.end(), (socket: Socket) => socket.resetAndDestroy()]) {
		const origin = await socketServer(cut);
		expect(failed(await send(transportTo(origin)))).toMatchObject({
			failure: {kind: 'network', status: null},
			maybeBilled: true,
			raw: null,
			requestId: null,
		});
	}
});

test('an answer that is no HTTP is malformed', async () => {
	const origin = await socketServer(socket => socket.end('220 mail.example ESMTP\r\n'));
	expect(failed(await send(transportTo(origin)))).toMatchObject({
		failure: {kind: 'malformed', status: null},
		maybeBilled: true,
	});
});

test('a refused port is a network failure for which nobody can have billed', async () => {
	const origin = await refusingOrigin();
	const {failure, maybeBilled} = failed(await send(transportTo(origin)));
	expect(failure).toMatchObject({kind: 'network', status: null, code: null});
	expect(failure.message).toContain(`ECONNREFUSED ${new URL(origin).host}`);
	expect(maybeBilled).toBe(false);
});

test('a name that does not resolve is a network failure for which nobody can have billed', async () => {
	const {failure, maybeBilled} = failed(await send(transportTo('http://no-such-host.invalid')));
	expect(failure).toMatchObject({kind: 'network', status: null});
	expect(failure.message).toContain('no-such-host.invalid');
	expect(maybeBilled).toBe(false);
});

test('a redirect is not followed, so that the key does not travel', async () => {
	const elsewhere = await scriptedServer(always(200, chatAnswer));
	for (const status of [301, 302, 303, 307, 308]) {
		const location = `${elsewhere.origin.replace('//', '//user:pw@')}/v1/chat/completions`;
		const server = await scriptedServer((_, response) => response.writeHead(status, {location}).end());
		const {failure, maybeBilled} = failed(await send(transportTo(server.origin)));
		expect(failure).toMatchObject({kind: 'not_found', status});
		expect(failure.message).toContain('//[redacted]@127.0.0.1');
		expect(failure.message).toContain('redirects are not followed');
		expect(maybeBilled).toBe(false);
	}

	expect(elsewhere.received).toEqual([]);
});

test('a proxy is asked to tunnel https, and sees no key', async () => {
	const asked: string[] = [];
	const server = createServer(socket => {
		socket.on('error', () => undefined);
		socket.on('data', data => {
			asked.push(data.toString());
			socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
		});
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void server.close());
	const proxy = `http://me:secret@127.0.0.1:${(server.address() as AddressInfo).port}`;
	const {failure, maybeBilled} = failed(await send(transportTo('https://api.example', {proxy})));
	expect(failure.kind).toBe('network');
	expect(maybeBilled).toBe(false);
	expect(asked[0]).toMatch(/^CONNECT api\.example:443 HTTP\/1\.1\r\n/);
	expect(asked[0]).toContain(`Basic ${btoa('me:secret')}`);
	expect(asked.join('')).not.toContain(testKey);
});

test('a proxy is not used on this machine nor for plain http', async () => {
	const server = await scriptedServer(always(200, chatAnswer));
	const transport = transportTo(server.origin, {proxy: await refusingOrigin()});
	expect(await send(transport)).toMatchObject({kind: 'answered'});
});
