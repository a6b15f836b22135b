import {expect, test} from 'vitest';
import {createDirectTransport} from '../../source/api/direct-transport.ts';
import {chatAnswer, failed, send, testKey, transportTo} from './direct-call.ts';
import {always, scriptedServer} from './scripted-server.ts';

test('a call goes out as the SDK would send it and its answer comes back as it was', async () => {
	const text = '{"id":"c","choices":[{"message":{"content":"π \\u0007"}}], "n": 12345678901234567890}';
	const server = await scriptedServer(always(200, text, {'x-request-id': 'req_7'}));
	const body = {model: 'gpt-4o-mini', messages: [{role: 'user', content: 'π'}], max_tokens: 3};
	const outcome = await send(transportTo(server.origin), {body});
	expect(outcome).toEqual({
		kind: 'answered',
		raw: text,
		body: JSON.parse(text),
		requestId: 'req_7',
		headers: null,
	});
	const [request] = server.received;
	expect(request).toMatchObject({method: 'POST', url: '/v1/chat/completions'});
	expect(JSON.parse(request!.body.toString())).toEqual(body);
	expect(request!.headers).toMatchObject({
		authorization: `Bearer ${testKey}`,
		'content-type': 'application/json',
		accept: 'application/json',
		'user-agent': 'promptbatch-tui',
		'content-length': String(request!.body.length),
	});
});

test.each([
	['chat', '/v1/chat/completions', chatAnswer],
	['completions', '/v1/completions', {choices: [{text: 'Yes.'}]}],
	['responses', '/v1/responses', {status: 'completed', output: [{type: 'message', content: []}]}],
	['embeddings', '/v1/embeddings', {data: [{embedding: [0.5, 0.25]}]}],
	['moderations', '/v1/moderations', {results: [{flagged: false}]}],
] as const)('%s goes to %s with its body untouched', async (endpoint, url, answer) => {
	const server = await scriptedServer(always(200, answer));
	const body = {model: 'm', input: 'text'};
	const outcome = await send(transportTo(server.origin), {endpoint, body});
	expect(outcome).toMatchObject({kind: 'answered', body: answer});
	expect(server.received[0]!.url).toBe(url);
	// The SDK's own embeddings.create would ask for base64 here.
	expect(JSON.parse(server.received[0]!.body.toString())).toEqual(body);
});

test('rate limit headers come along with answers and failures', async () => {
	const limits = {
		'x-ratelimit-limit-requests': '500',
		'x-ratelimit-remaining-requests': '499',
		'x-ratelimit-reset-requests': '120ms',
	};
	const expected = {
		limitRequests: 500,
		remainingRequests: 499,
		resetRequestsMs: 120,
		limitTokens: null,
		remainingTokens: null,
		resetTokensMs: null,
	};
	const good = await scriptedServer(always(200, chatAnswer, limits));
	expect(await send(transportTo(good.origin))).toMatchObject({kind: 'answered', headers: expected});
	const bad = await scriptedServer(always(429, {}, {...limits, 'retry-after-ms': '250'}));
	expect(await send(transportTo(bad.origin))).toMatchObject({headers: expected, retryHintMs: 250});
});

test('an answer with line breaks becomes one line and stays the same JSON', async () => {
	const pretty = `\uFEFF${JSON.stringify({...chatAnswer, note: 'a\nb\r\n c'}, null, 2).replaceAll('\n', '\r\n')}\n`;
	const server = await scriptedServer(always(200, pretty));
	const outcome = await send(transportTo(server.origin));
	if (outcome.kind !== 'answered') {
		throw new Error(JSON.stringify(outcome));
	}

	expect(outcome.raw).not.toMatch(/[\r\n]/);
	expect(JSON.parse(outcome.raw)).toEqual({...chatAnswer, note: 'a\nb\r\n c'});
	expect(outcome.body).toEqual(JSON.parse(outcome.raw));
});

test('a text that is cut into single bytes arrives whole', async () => {
	const text = JSON.stringify({choices: [{message: {content: '日本語 🙂'}}]});
	const server = await scriptedServer((_, response) => {
		response.writeHead(200, {'content-type': 'application/json'});
		for (const byte of Buffer.from(text)) {
			response.write(Buffer.of(byte));
		}

		response.end();
	});
	expect(await send(transportTo(server.origin))).toMatchObject({kind: 'answered', raw: text});
});

test('100 calls at once each get their own answer over kept connections', async () => {
	const server = await scriptedServer((request, response) => {
		const {user} = JSON.parse(request.body.toString()) as {user: string};
		setTimeout(() => {
			response.end(JSON.stringify({choices: [{message: {content: user}}]}));
		}, 5);
	});
	const transport = transportTo(server.origin);
	for (const round of [1, 2, 3, 4]) {
		const outcomes = await Promise.all(
			Array.from({length: 100}, (_, index) => send(transport, {body: {user: `${round}/${index}`}})),
		);
		for (const [index, outcome] of outcomes.entries()) {
			expect(outcome).toMatchObject({
				kind: 'answered',
				body: {choices: [{message: {content: `${round}/${index}`}}]},
			});
		}
	}

	expect(server.received).toHaveLength(400);
	// undici frees a connection one turn late, so there are some more of them than calls at a time.
	expect(server.connections()).toBeLessThanOrEqual(256);
});

test('each model is called with its own key and each provider at its own address', async () => {
	const first = await scriptedServer(always(200, chatAnswer));
	const second = await scriptedServer(always(200, chatAnswer));
	const transport = createDirectTransport({
		providers: [
			{
				name: 'openai',
				baseUrl: `${first.origin}/v1/`,
				keyFor: model => `key-of-${model}`,
				headers: {'OpenAI-Organization': 'org-1'},
			},
			{name: 'local', baseUrl: `${second.origin}/openai?api-version=2024-10-21`, keyFor: () => null},
		],
		connections: 4,
	});
	await send(transport, {model: 'a'});
	await send(transport, {model: 'b'});
	await send(transport, {provider: 'local', model: 'a'});
	await transport.close();
	expect(first.received.map(({headers}) => headers.authorization)).toEqual([
		'Bearer key-of-a',
		'Bearer key-of-b',
	]);
	expect(first.received[0]!.headers['openai-organization']).toBe('org-1');
	expect(second.received[0]!.url).toBe('/openai/chat/completions?api-version=2024-10-21');
	expect(second.received[0]!.headers).not.toHaveProperty('authorization');
	expect(second.received[0]!.headers).not.toHaveProperty('openai-organization');
});

test('nothing of the environment is sent along', async () => {
	const variables = {
		OPENAI_API_KEY: 'env-key',
		OPENAI_ADMIN_KEY: 'env-admin',
		OPENAI_ORG_ID: 'env-org',
		OPENAI_PROJECT_ID: 'env-project',
		OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
		OPENAI_CUSTOM_HEADERS: 'x-custom: env-custom',
	};
	Object.assign(process.env, variables);
	try {
		const server = await scriptedServer(always(200, chatAnswer));
		expect(await send(transportTo(server.origin, {key: null}))).toMatchObject({kind: 'answered'});
		expect(JSON.stringify(server.received[0]!.headers)).not.toMatch(/env-/);
	} finally {
		for (const name of Object.keys(variables)) {
			delete process.env[name];
		}
	}
});

test('an echo of the key is taken out of answers and messages', async () => {
	const echo = {choices: [{message: {content: `you sent ${testKey}`}}]};
	const good = await scriptedServer(always(200, echo));
	expect(JSON.stringify(await send(transportTo(good.origin)))).not.toContain(testKey);
	const wrong = `Incorrect API key provided: ${testKey}. Header was: Bearer ${testKey}`;
	const bad = await scriptedServer(always(401, {error: {message: wrong, code: 'invalid_api_key'}}));
	const {failure} = failed(await send(transportTo(bad.origin)));
	expect(failure.kind).toBe('auth');
	expect(failure.message).toBe('Incorrect API key provided: [redacted]. Header was: Bearer [redacted]');
	const garbled = await scriptedServer(always(200, `<html>${testKey}</html>`));
	expect(JSON.stringify(await send(transportTo(garbled.origin)))).not.toContain(testKey);
});

test('calls that follow each other at once share their connections', async () => {
	const server = await scriptedServer(always(200, chatAnswer));
	const transport = transportTo(server.origin);
	await Promise.all(
		Array.from({length: 8}, async () => {
			for (let call = 0; call < 20; call++) {
				expect(await send(transport)).toMatchObject({kind: 'answered'});
			}
		}),
	);
	expect(server.received).toHaveLength(160);
	expect(server.connections()).toBe(8);
});
