import {createHash, randomBytes} from 'node:crypto';
import {createReadStream, createWriteStream, readdirSync, statSync} from 'node:fs';
import path from 'node:path';
import {finished} from 'node:stream/promises';
import OpenAI, {toFile} from 'openai';
import {describe, expect, it} from 'vitest';
import {simulated, temporaryFolder} from './simulated.ts';

const megabyte = 1_000_000;

async function sdk(stateDir?: string) {
	const {url, close} = await simulated('', stateDir);
	return {client: new OpenAI({baseURL: url, apiKey: 'any', maxRetries: 0}), url, close};
}

describe('files', () => {
	it('are uploaded, found, read and deleted with the SDK', async () => {
		const {client} = await sdk();
		const text = '{"line":"with\\r\\n--break"}\r\n--\r\nünicode ☕\n';
		const file = await client.files.create({
			file: await toFile(Buffer.from(text), 'in put.jsonl'),
			purpose: 'batch',
		});
		expect(file).toMatchObject({
			object: 'file',
			bytes: Buffer.byteLength(text),
			filename: 'in put.jsonl',
			purpose: 'batch',
			status: 'processed',
		});
		expect(file.expires_at! - file.created_at).toBe(30 * 24 * 3600);
		expect(await client.files.retrieve(file.id)).toEqual(file);
		expect(await (await client.files.content(file.id)).text()).toBe(text);
		expect(await client.files.delete(file.id)).toEqual({id: file.id, object: 'file', deleted: true});
		await expect(client.files.retrieve(file.id)).rejects.toMatchObject({status: 404});
		await expect(client.files.content(file.id)).rejects.toMatchObject({status: 404});
		await expect(client.files.delete(file.id)).rejects.toMatchObject({status: 404});
	});

	it('are listed newest first, by purpose, page by page', async () => {
		const {client} = await sdk();
		for (let at = 0; at < 7; at++) {
			const purpose = at === 3 ? 'assistants' : 'batch';
			await client.files.create({file: await toFile(Buffer.from(`${at}`), `${at}.jsonl`), purpose});
		}

		const names = async (query: OpenAI.FileListParams) => {
			const found = [];
			for await (const file of client.files.list(query)) {
				found.push(file.filename[0]);
			}

			return found.join('');
		};
		expect(await names({})).toBe('6543210');
		expect(await names({limit: 2})).toBe('6543210');
		expect(await names({order: 'asc', limit: 3, purpose: 'batch'})).toBe('012456');
		expect((await client.files.list({limit: 2})).has_more).toBe(true);
		await expect(client.files.list({after: 'file-none'})).rejects.toMatchObject({status: 404});
		await expect(client.files.list({limit: 0})).rejects.toMatchObject({status: 400});
	});

	it('may live for a given time', async () => {
		const {client} = await sdk();
		const file = await client.files.create({
			file: await toFile(Buffer.from('x'), 'x.txt'),
			purpose: 'user_data',
			expires_after: {anchor: 'created_at', seconds: 7200},
		});
		expect(file.expires_at! - file.created_at).toBe(7200);
	});

	it.each([
		['no form', 'application/json', '{}', 'file'],
		['no file', 'multipart/form-data; boundary=b', part('purpose', 'batch') + end, 'file'],
		['no purpose', 'multipart/form-data; boundary="b"', part('file"; filename="a', 'x') + end, 'purpose'],
		['a cut form', 'multipart/form-data; boundary=b', part('purpose', 'batch'), 'file'],
	])('are refused with %s', async (_, type, body, param) => {
		const {url} = await simulated();
		const reply = await fetch(`${url}/files`, {method: 'POST', headers: {'content-type': type}, body});
		expect(reply.status).toBe(400);
		expect(await reply.json()).toMatchObject({error: {type: 'invalid_request_error', param}});
	});

	it('of 30 MB go through whole', async () => {
		const folder = temporaryFolder();
		const stateDir = path.join(folder, 'state');
		const source = path.join(folder, 'big.jsonl');
		const hash = createHash('sha256');
		const writer = createWriteStream(source);
		for (let written = 0; written < 30; written++) {
			const block = randomBytes(megabyte);
			hash.update(block);
			writer.write(block);
		}

		writer.end();
		await finished(writer);
		const {client, close} = await sdk(stateDir);
		const file = await client.files.create({file: createReadStream(source), purpose: 'batch'});
		expect(file.bytes).toBe(30 * megabyte);
		const received = createHash('sha256');
		for await (const piece of (await client.files.content(file.id)).body!) {
			received.update(piece);
		}

		expect(received.digest('hex')).toBe(hash.digest('hex'));
		await close();
		const stored = path.join(stateDir, 'files');
		expect(readdirSync(stored).sort()).toEqual([`${file.id}.data`, `${file.id}.json`]);
		expect(statSync(path.join(stored, `${file.id}.data`)).mode & 0o777).toBe(0o600);
		expect(statSync(stored).mode & 0o777).toBe(0o700);
	});

	it('that were cut by the client leave nothing behind', async () => {
		const stateDir = temporaryFolder();
		const {url, get} = await simulated('', stateDir);
		const abort = new AbortController();
		const body = new ReadableStream({
			start(controller) {
				controller.enqueue(Buffer.from(part('file"; filename="a', 'x'.repeat(100_000))));
			},
		});
		const headers = {'content-type': 'multipart/form-data; boundary=b'};
		const asked = fetch(`${url}/files`, {
			method: 'POST',
			headers,
			body,
			duplex: 'half',
			signal: abort.signal,
		});
		const refused = expect(asked).rejects.toThrow('abort');
		const stored = path.join(stateDir, 'files');
		await expect.poll(() => readdirSync(stored).length).toBe(1);
		abort.abort();
		await refused;
		await expect.poll(() => readdirSync(stored)).toEqual([]);
		expect(JSON.parse((await get('/files')).text).data).toEqual([]);
	});

	it('outlive the server in its state folder', async () => {
		const stateDir = temporaryFolder();
		const before = await sdk(stateDir);
		const file = await before.client.files.create({
			file: await toFile(Buffer.from('kept'), 'k.jsonl'),
			purpose: 'batch',
		});
		await before.close();
		const after = await sdk(stateDir);
		expect(await after.client.files.retrieve(file.id)).toEqual(file);
		expect(await (await after.client.files.content(file.id)).text()).toBe('kept');
	});
});

function part(name: string, value: string): string {
	return `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
}

const end = '--b--\r\n';
