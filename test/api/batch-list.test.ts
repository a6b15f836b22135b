import {expect, test} from 'vitest';
import {batchTransportTo, granted, target} from './batch-call.ts';
import {always, type Received, type Script, scriptedServer} from './scripted-server.ts';

const startS = 1_760_000_000;

/** Batch `n` was created `n` seconds after the start. */
const batch = (n: number) => ({id: `batch_${n}`, status: 'completed', created_at: startS + n});
const newestFirst = (count: number) => Array.from({length: count}, (_, n) => batch(count - 1 - n));
const queryOf = ({url}: Received) => new URL(url, 'http://x').searchParams;

/** Pages of `items`, as the API gives them. */
function pages(items: readonly {readonly id: string}[]): Script {
	return (request, response) => {
		const query = queryOf(request);
		const limit = Number(query.get('limit'));
		const from = items.findIndex(({id}) => id === query.get('after')) + 1;
		const data = items.slice(from, from + limit);
		response.end(JSON.stringify({object: 'list', data, has_more: from + limit < items.length}));
	};
}

async function listed(script: Script, sinceS = 0) {
	const server = await scriptedServer(script);
	const reply = await batchTransportTo(server.origin).listBatches(target, sinceS * 1000);
	return {reply, calls: server.received};
}

test('250 batches come in three pages', async () => {
	const {reply, calls} = await listed(pages(newestFirst(250)));
	expect(granted(reply).map(({id}) => id)).toEqual(newestFirst(250).map(({id}) => id));
	expect(calls.map(({url}) => url)).toEqual([
		'/v1/batches?limit=100',
		'/v1/batches?limit=100&after=batch_150',
		'/v1/batches?limit=100&after=batch_50',
	]);
});

test('a list that says where it goes on is followed, as Groq has it', async () => {
	const items = newestFirst(50);
	const {reply, calls} = await listed((request, response) => {
		const from = Number(queryOf(request).get('cursor') ?? 0);
		const next = from + 20 < items.length ? String(from + 20) : null;
		response.end(JSON.stringify({data: items.slice(from, from + 20), paging: {next_cursor: next}}));
	});
	expect(granted(reply)).toHaveLength(50);
	expect(calls.map(({url}) => url)).toEqual([
		'/v1/batches?limit=100',
		'/v1/batches?limit=100&cursor=20',
		'/v1/batches?limit=100&cursor=40',
		'/v1/batches?limit=100&after=batch_0',
	]);
});

test('older ones are neither asked for nor told', async () => {
	const {reply, calls} = await listed(pages(newestFirst(250)), startS + 180);
	expect(granted(reply).map(({id}) => id)).toEqual(
		newestFirst(250)
			.slice(0, 70)
			.map(({id}) => id),
	);
	expect(calls).toHaveLength(1);
});

test('a list in another order is read to its end and sorted', async () => {
	const {reply} = await listed(pages(newestFirst(250).reverse()), startS + 240);
	expect(granted(reply).map(({id}) => id)).toEqual(newestFirst(10).map((_, n) => `batch_${249 - n}`));
});

test('a server that ignores where to go on, or walks in circles, comes to an end', async () => {
	const first = {object: 'list', data: newestFirst(100), has_more: true};
	const ignoring = await listed(always(200, first));
	expect(granted(ignoring.reply)).toHaveLength(100);
	expect(ignoring.calls).toHaveLength(2);
	let turn = 0;
	const circling = await listed((_, response) => {
		const data = [batch(turn % 3), batch((turn + 1) % 3)];
		turn++;
		response.end(JSON.stringify({data, has_more: true}));
	});
	expect(granted(circling.reply)).toHaveLength(3);
});

test('a list without end is refused: what it hides could be made twice', async () => {
	let turn = 0;
	const {reply, calls} = await listed((_, response) => {
		response.end(JSON.stringify({data: [batch(1_000_000 - turn++)], has_more: true}));
	});
	expect(reply).toMatchObject({ok: false, failure: {kind: 'malformed'}});
	expect(calls.length).toBeLessThanOrEqual(200);
});

test('garbled items are passed over, a garbled page is not', async () => {
	const items = [null, 3, 'x', {}, {id: 'batch_9'}, {id: '', status: 'completed'}, batch(1)];
	const some = await listed(always(200, {data: items, has_more: false}));
	expect(granted(some.reply).map(({id}) => id)).toEqual(['batch_1']);
	expect(granted((await listed(always(200, {data: []}))).reply)).toEqual([]);
	for (const page of [{}, {data: {}}, [], '<html>']) {
		expect((await listed(always(200, page))).reply).toMatchObject({ok: false, failure: {kind: 'malformed'}});
	}
});

test('a page that fails fails the list', async () => {
	const script = pages(newestFirst(250));
	const {reply} = await listed((request, response) =>
		queryOf(request).has('after') ? always(503, '')(request, response) : script(request, response),
	);
	expect(reply).toMatchObject({ok: false, failure: {kind: 'server', status: 503}});
});

test('files are found by the beginning of their name', async () => {
	const server = await scriptedServer(
		always(200, {
			data: [
				{id: 'file-1', filename: 'pb-run-1-aaaa.jsonl', bytes: 10, created_at: startS},
				{id: 'file-2', filename: 'other.jsonl', bytes: 10, created_at: startS},
				{id: 'file-3', filename: null},
				{id: 'file-4', filename: 'pb-run-2-bbbb.jsonl'},
			],
			has_more: false,
		}),
	);
	const files = granted(await batchTransportTo(server.origin).listFiles(target, 'pb-run-'));
	expect(files).toMatchObject([
		{id: 'file-1', name: 'pb-run-1-aaaa.jsonl', bytes: 10, createdAt: startS * 1000},
		{id: 'file-4', name: 'pb-run-2-bbbb.jsonl', bytes: 0},
	]);
	expect(server.received[0]!.url).toBe('/v1/files?purpose=batch&limit=10000');
});

test('a removal is done when the file is gone, however that is said', async () => {
	const removal = async (script: Script) => {
		const server = await scriptedServer(script);
		return batchTransportTo(server.origin).removeFile(target, 'file-1');
	};

	for (const script of [
		always(200, {id: 'file-1', deleted: true}),
		always(200, ''),
		always(204, ''),
		always(404, {error: {message: 'No such File object'}}),
	]) {
		expect(await removal(script)).toEqual({ok: true, value: null});
	}

	expect(await removal(always(200, '<html><title>Log in</title>'))).toMatchObject({ok: false});
	expect(await removal(always(403, ''))).toMatchObject({ok: false, failure: {kind: 'auth'}});
});
