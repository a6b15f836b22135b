import {expect, test, vi} from 'vitest';
import {chatAnswer, failed, send, transportTo} from './direct-call.ts';
import {always, scriptedServer} from './scripted-server.ts';

test('no answer in time is a timeout that may have been billed', async () => {
	const server = await scriptedServer(() => undefined);
	expect(failed(await send(transportTo(server.origin), {timeoutMs: 150}))).toMatchObject({
		failure: {kind: 'timeout', status: null, code: null, message: 'no answer within 0.15 s'},
		maybeBilled: true,
		raw: null,
	});
});

test('the time covers the body, however steadily it drips', async () => {
	const server = await scriptedServer((_, response) => {
		response.writeHead(200, {'content-type': 'application/json', 'x-request-id': 'req_slow'});
		response.write('{"choices":[');
		const drip = setInterval(() => response.write(' '), 20);
		response.on('close', () => clearInterval(drip));
	});
	const started = performance.now();
	const outcome = failed(await send(transportTo(server.origin), {timeoutMs: 300}));
	const tookMs = performance.now() - started;
	expect(outcome).toMatchObject({
		failure: {kind: 'timeout', status: 200, message: 'no complete answer within 0.3 s'},
		requestId: 'req_slow',
		maybeBilled: true,
	});
	expect(outcome.raw).toMatch(/^\{"choices":\[ +$/);
	// Never early; how late it may be is the machine's affair.
	expect(tookMs).toBeGreaterThanOrEqual(299);
});

test('calls with different times end each at its own', async () => {
	const server = await scriptedServer(() => undefined);
	const transport = transportTo(server.origin);
	const order: number[] = [];
	await Promise.all(
		[900, 100, 500].map(async timeoutMs => {
			await send(transport, {timeoutMs});
			order.push(timeoutMs);
		}),
	);
	expect(order).toEqual([100, 500, 900]);
});

test('a call that is ended early is aborted, and the connection is closed', async () => {
	let closed = false;
	const server = await scriptedServer((_, response) => {
		response.on('close', () => {
			closed = true;
		});
	});
	const controller = new AbortController();
	const outcome = send(transportTo(server.origin), {signal: controller.signal});
	await vi.waitFor(() => expect(server.received).toHaveLength(1));
	controller.abort();
	expect(await outcome).toEqual({kind: 'aborted', maybeBilled: true});
	await vi.waitFor(() => expect(closed).toBe(true));
});

test('an abort before the call or while it waits for a connection costs nothing', async () => {
	const server = await scriptedServer(() => undefined);
	expect(await send(transportTo(server.origin), {signal: AbortSignal.abort()})).toEqual({
		kind: 'aborted',
		maybeBilled: false,
	});
	const controller = new AbortController();
	const outcome = send(transportTo(server.origin), {signal: controller.signal});
	controller.abort();
	expect(await outcome).toEqual({kind: 'aborted', maybeBilled: false});
	expect(server.received).toEqual([]);
});

test('the other calls go on when one is aborted', async () => {
	const server = await scriptedServer((request, response) => {
		if (request.body.includes('"quick"')) {
			response.end(JSON.stringify(chatAnswer));
		}
	});
	const transport = transportTo(server.origin);
	const controller = new AbortController();
	const slow = send(transport, {signal: controller.signal});
	await vi.waitFor(() => expect(server.received).toHaveLength(1));
	controller.abort();
	expect(await send(transport, {body: {user: 'quick'}})).toMatchObject({kind: 'answered'});
	expect(await slow).toMatchObject({kind: 'aborted'});
});

test('close ends all calls at once, and none is sent afterwards', async () => {
	const server = await scriptedServer(() => undefined);
	const transport = transportTo(server.origin);
	const outcomes = Array.from({length: 50}, () => send(transport));
	await vi.waitFor(() => expect(server.received).toHaveLength(50));
	await transport.close();
	for (const outcome of await Promise.all(outcomes)) {
		expect(outcome).toEqual({kind: 'aborted', maybeBilled: true});
	}

	expect(await send(transport)).toEqual({kind: 'aborted', maybeBilled: false});
	expect(server.received).toHaveLength(50);
	await transport.close();
});

test('calls beyond the connections wait, and what has not been sent by its time is no timeout', async () => {
	const server = await scriptedServer(() => undefined);
	const {createDirectTransport} = await import('../../source/api/direct-transport.ts');
	const transport = createDirectTransport({
		providers: [{name: 'openai', baseUrl: server.origin, keyFor: () => null}],
		connections: 1,
	});
	const first = send(transport, {timeoutMs: 5000});
	await vi.waitFor(() => expect(server.received).toHaveLength(1));
	expect(failed(await send(transport, {timeoutMs: 100}))).toMatchObject({
		failure: {kind: 'network', status: null},
		maybeBilled: false,
	});
	await transport.close();
	expect(await first).toMatchObject({kind: 'aborted'});
	expect(server.received).toHaveLength(1);
});

test('a server that answers at once with an error keeps the connection usable', async () => {
	const server = await scriptedServer(always(500, {error: {message: 'no'}}));
	const transport = transportTo(server.origin);
	for (let round = 0; round < 10; round++) {
		expect(failed(await send(transport)).failure.kind).toBe('server');
	}

	// undici may open a second one when the next call comes in the turn in which the last one ended.
	expect(server.connections()).toBeLessThanOrEqual(2);
});
