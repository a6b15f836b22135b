import {expect, onTestFinished, test, vi} from 'vitest';
import {createClients} from '../../source/api/clients.ts';
import type {AnyCall, LeanClient} from '../../source/api/lean-client.ts';
import {testKey} from './direct-call.ts';
import {always, type Script, scriptedServer} from './scripted-server.ts';

async function clientOf(script: Script) {
	const server = await scriptedServer(script);
	const clients = createClients({
		providers: [{name: 'openai', baseUrl: `${server.origin}/v1?api-version=1`, keyFor: () => testKey}],
		connections: 4,
	});
	onTestFinished(() => clients.close());
	const client: LeanClient = clients.of('openai', 'gpt-4o-mini').client;
	return {client, server, clients};
}

const call = (): AnyCall => ({timeoutMs: 5000, signal: new AbortController().signal});

test("the SDK's own methods build what is sent, and the answer comes back as it was", async () => {
	const {client, server} = await clientOf(always(200, {id: 'batch_1'}, {'x-request-id': 'req_1'}));
	const created = await client.exchangeOf(
		options =>
			client.batches.create(
				{
					input_file_id: 'file-1',
					endpoint: '/v1/chat/completions',
					completion_window: '24h',
					metadata: {pb_run: 'r'},
				},
				options,
			),
		call(),
	);
	expect(created).toMatchObject({end: 'complete', sent: true, status: 200, text: '{"id":"batch_1"}'});
	expect(created.headers['x-request-id']).toBe('req_1');
	await client.exchangeOf(options => client.batches.retrieve('batch 1', options), call());
	await client.exchangeOf(options => client.batches.cancel('batch_1', options), call());
	await client.exchangeOf(options => client.batches.list({limit: 2, after: 'b'}, options), call());
	await client.exchangeOf(options => client.files.delete('file-1', options), call());
	await client.exchangeOf(options => client.files.content('file-1', options), call());
	expect(server.received.map(({method, url}) => `${method} ${url}`)).toEqual([
		'POST /v1/batches?api-version=1',
		'GET /v1/batches/batch%201?api-version=1',
		'POST /v1/batches/batch_1/cancel?api-version=1',
		'GET /v1/batches?api-version=1&limit=2&after=b',
		'DELETE /v1/files/file-1?api-version=1',
		'GET /v1/files/file-1/content?api-version=1',
	]);
	const [first] = server.received;
	expect(JSON.parse(first!.body.toString())).toMatchObject({metadata: {pb_run: 'r'}});
	expect(first!.headers).toMatchObject({
		authorization: `Bearer ${testKey}`,
		'content-type': 'application/json',
		'user-agent': 'promptbatch-tui',
	});
	expect(Object.keys(first!.headers).filter(name => name.startsWith('x-stainless'))).toEqual([]);
});

test('a refusal is tried once and keeps its text, and a redirect is not followed', async () => {
	const elsewhere = await scriptedServer(always(200, {}));
	for (const status of [429, 500, 307]) {
		const {client, server} = await clientOf(always(status, 'no: bare text', {location: elsewhere.origin}));
		const exchange = await client.exchangeOf(options => client.batches.retrieve('b', options), call());
		expect(exchange).toMatchObject({end: 'complete', status, text: 'no: bare text'});
		expect(server.received).toHaveLength(1);
	}

	expect(elsewhere.received).toEqual([]);
});

test('a call that does not go our way is not sent at all', async () => {
	const {client, server} = await clientOf(always(200, {}));
	await expect(client.batches.retrieve('batch_1')).rejects.toThrow();
	expect(server.received).toEqual([]);
});

test('closing ends a call', async () => {
	const {client, clients, server} = await clientOf(() => undefined);
	const stuck = client.exchangeOf(options => client.files.retrieve('file-1', options), call());
	await vi.waitFor(() => expect(server.received).toHaveLength(1));
	await clients.close();
	expect(await stuck).toMatchObject({end: 'aborted', sent: true});
});
