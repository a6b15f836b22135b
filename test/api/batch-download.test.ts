import {once} from 'node:events';
import type {ServerResponse} from 'node:http';
import {expect, test, vi} from 'vitest';
import {batchTransportTo, download, never, target} from './batch-call.ts';
import {chatAnswer, testKey} from './direct-call.ts';
import {always, type Script, scriptedServer} from './scripted-server.ts';

const line = (position: number, content = 'Yes.'): string => {
	const choices = [{index: 0, message: {role: 'assistant', content}, finish_reason: 'stop'}];
	const response = {status_code: 200, request_id: `req_${position}`, body: {...chatAnswer, choices}};
	return JSON.stringify({id: `batch_req_${position}`, custom_id: `1-${position}`, response, error: null});
};

const sends =
	(...chunks: readonly (string | Buffer)[]): Script =>
	async (_, response) => {
		response.writeHead(200, {'content-type': 'application/octet-stream'});
		for (const chunk of chunks) {
			response.write(chunk);
			// Each arrives by itself.
			await new Promise(resolve => setTimeout(resolve, 5));
		}

		response.end();
	};

async function downloaded(script: Script, idleMs = 5000) {
	const server = await scriptedServer(script);
	return download(batchTransportTo(server.origin, {idleMs}));
}

test('lines come whole, wherever the stream is cut', async () => {
	const mark = Buffer.from([0xef, 0xbb, 0xbf]);
	const text = `${line(0)}\r\n\n  \r\n${line(1, 'Bär 🐻')}\n${line(2)}`;
	const bytes = Buffer.concat([mark, Buffer.from(text)]);
	for (const size of [7, 64, 1000]) {
		const chunks = Array.from({length: Math.ceil(bytes.length / size)}, (_, at) =>
			bytes.subarray(at * size, (at + 1) * size),
		);
		const {reply, lines} = await downloaded(sends(...chunks));
		expect(reply).toEqual({ok: true, value: {lines: 3}});
		expect(lines.map(one => one.text)).toEqual([line(0), line(1, 'Bär 🐻'), line(2)]);
		expect(lines.every(({outcome}) => outcome?.kind === 'answered')).toBe(true);
	}
});

test('an empty file has no lines', async () => {
	for (const script of [always(200, ''), always(200, '\n\r\n \n'), always(204, '')]) {
		expect(await downloaded(script)).toEqual({reply: {ok: true, value: {lines: 0}}, lines: []});
	}
});

test('a garbled line does not take the others with it', async () => {
	const invalid = Buffer.concat([
		Buffer.from('{"custom_id":"'),
		Buffer.from([0xff, 0xfe]),
		Buffer.from('\n'),
	]);
	const {reply, lines} = await downloaded(sends(`${line(0)}\n`, invalid, 'null\n', `${line(1)}\n`));
	expect(reply).toEqual({ok: true, value: {lines: 4}});
	expect(lines.map(({customId}) => customId)).toEqual(['1-0', null, null, '1-1']);
	expect(lines[1]!.text).toBe('{"custom_id":"\uFFFD\uFFFD');
});

test('a line of 10 MB is a line', async () => {
	const long = line(0, 'x'.repeat(10_000_000));
	const {reply, lines} = await downloaded(always(200, `${long}\n${line(1)}\n`));
	expect(reply).toEqual({ok: true, value: {lines: 2}});
	expect(lines[0]!.text === long).toBe(true);
	expect(lines[0]!.outcome?.kind).toBe('answered');
});

test('a body that breaks off leaves the lines that came', async () => {
	const broken = await downloaded((_, response) => {
		response.writeHead(200, {'content-length': 1_000_000});
		response.write(`${line(0)}\n${line(1)}\n${line(2).slice(0, 50)}`);
		setTimeout(() => response.destroy(), 50);
	});
	expect(broken.reply).toMatchObject({ok: false, failure: {kind: 'network', status: 200}});
	expect(broken.lines.map(({customId}) => customId)).toEqual(['1-0', '1-1']);
	const silent = await downloaded((_, response) => {
		response.writeHead(200).write(`${line(0)}\n{"cus`);
	}, 1000);
	expect(silent.reply).toMatchObject({
		ok: false,
		failure: {kind: 'timeout', message: 'no complete answer within 1 s'},
	});
	expect(silent.lines).toHaveLength(1);
});

test('no more is read than is taken, and waiting for the taker is no silence', async () => {
	const count = 40_000;
	let written = 0;
	const server = await scriptedServer(async (_, response: ServerResponse) => {
		response.writeHead(200);
		for (; written < count && !response.destroyed; written++) {
			if (!response.write(`${line(written)}\n`)) {
				await once(response, 'drain');
			}
		}

		response.end();
	});
	const transport = batchTransportTo(server.origin, {idleMs: 1500});
	let taken = 0;
	let isTaking = false;
	let free: () => void = () => undefined;
	const gate = new Promise<void>(resolve => {
		free = resolve;
	});
	const reply = transport.download(
		target,
		'file-1',
		'chat',
		async lines => {
			expect(isTaking).toBe(false);
			isTaking = true;
			await gate;
			isTaking = false;
			taken += lines.length;
		},
		never,
	);
	await vi.waitFor(() => expect(isTaking).toBe(true), {timeout: 10_000});
	// Twice as long as a silence may be.
	await new Promise(resolve => setTimeout(resolve, 3000));
	const whenHeld = written;
	await new Promise(resolve => setTimeout(resolve, 100));
	expect(written).toBe(whenHeld);
	expect(written).toBeLessThan(count);
	free();
	expect(await reply).toEqual({ok: true, value: {lines: count}});
	expect(taken).toBe(count);
});

test('a download can be ended, also while its lines are being taken', async () => {
	let closed = false;
	const server = await scriptedServer((_, response) => {
		response.on('close', () => {
			closed = true;
		});
		response.writeHead(200).write(`${line(0)}\n`);
	});
	const ending = new AbortController();
	const reply = batchTransportTo(server.origin).download(
		target,
		'file-1',
		'chat',
		async () => ending.abort(),
		ending.signal,
	);
	expect(await reply).toMatchObject({
		ok: false,
		failure: {kind: 'network', message: 'ended before it was finished'},
	});
	await vi.waitFor(() => expect(closed).toBe(true));
	const late = await download(batchTransportTo(server.origin), 'file-1', ending.signal);
	expect(late).toMatchObject({
		reply: {ok: false, failure: {kind: 'network', message: 'ended before it was finished'}},
		lines: [],
	});
	expect(server.received).toHaveLength(1);
});

test('closing ends a download that waits for its taker', async () => {
	const server = await scriptedServer((_, response) => void response.writeHead(200).write(`${line(0)}\n`));
	const transport = batchTransportTo(server.origin);
	let closing: Promise<void> | null = null;
	const reply = transport.download(
		target,
		'file-1',
		'chat',
		async () => {
			closing = transport.close();
			await new Promise(() => undefined);
		},
		never,
	);
	expect(await reply).toMatchObject({
		ok: false,
		failure: {kind: 'network', message: 'ended before it was finished'},
	});
	await closing;
});

test('what the taker rejects with comes out, and nothing more is read', async () => {
	const server = await scriptedServer((_, response) => void response.writeHead(200).write(`${line(0)}\n`));
	const full = new Error('ENOSPC: no space left on device');
	const reply = batchTransportTo(server.origin).download(
		target,
		'file-1',
		'chat',
		async () => {
			throw full;
		},
		never,
	);
	await expect(reply).rejects.toBe(full);
});

test('a page or a packed body in place of the file gives no line', async () => {
	const page = await downloaded(always(200, '\n<!doctype html><title>Log in</title>\n<p>x</p>\n'));
	expect(page).toMatchObject({
		reply: {ok: false, failure: {kind: 'malformed', status: 200, message: 'HTML page: Log in'}},
		lines: [],
	});
	const packed = await downloaded(always(200, 'x\n', {'content-encoding': 'gzip'}));
	expect(packed).toMatchObject({reply: {ok: false, failure: {kind: 'malformed'}}, lines: []});
});

test('refusals are classified as on the direct lane, without the key', async () => {
	for (const [status, kind] of [
		[404, 'not_found'],
		[401, 'auth'],
		[429, 'rate_limit'],
		[500, 'server'],
	] as const) {
		const {reply, lines} = await downloaded(
			always(status, {error: {message: `No ${testKey}`}}, {'retry-after': '2'}),
		);
		const failure = {kind, status, message: 'No [redacted]'};
		expect(reply).toMatchObject({ok: false, failure, retryHintMs: 2000, maybeDone: false});
		expect(lines).toEqual([]);
	}
});

test('a key within an answer is taken out of the line', async () => {
	const {lines} = await downloaded(always(200, `${line(0, `your key is ${testKey}`)}\n`));
	expect(JSON.stringify(lines)).not.toContain(testKey);
	expect(lines[0]!.outcome?.kind).toBe('answered');
});
