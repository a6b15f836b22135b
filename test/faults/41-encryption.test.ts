import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import https from 'node:https';
import type {AddressInfo} from 'node:net';
import path from 'node:path';
import {beforeAll, expect, onTestFinished, test} from 'vitest';
import {always, type Script, scriptedServer} from '../api/scripted-server.ts';
import {runCli} from '../cli/cli-process.ts';
import {folderWith, journalOf, specOf} from '../cli/run-folder.ts';
import {expectRestored, startOnScreen} from '../cli/terminal.ts';
import {strayCharacters} from './hostile-text.ts';
import {expectInvariants} from './invariants.ts';

const key = 'sk-test-fault-41-0123456789';
const env = {OPENAI_API_KEY: key};
const quick = 'retry: {max_retries: 0, max_waits: 1, initial_s: 0.01, max_s: 0.02}';
const choices = [{index: 0, message: {role: 'assistant', content: 'ok'}, finish_reason: 'stop'}];
const usage = {prompt_tokens: 1, completion_tokens: 1, total_tokens: 2};
const answer = always(200, {id: 'c', object: 'chat.completion', model: 'm', choices, usage});

let certificate: {readonly key: Buffer; readonly cert: Buffer} | null = null;

/** Signed by itself, for this machine's names. Not in the folder of any test that ends before the others. */
beforeAll(() => {
	const subject = ['-subj', '/CN=promptbatch-test', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
	const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
	const pem = execFileSync('openssl', ['req', ...kind, ...subject, '-keyout', '-', '-out', '-'], {
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	certificate = {key: pem, cert: pem};
});

/** A real server behind TLS, on loopback. */
async function tlsServer(script: Script) {
	const received: {readonly url: string; readonly authorization: string | undefined}[] = [];
	const server = https.createServer(certificate!, (request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const {method = '', url = '', headers} = request;
			received.push({url, authorization: headers.authorization});
			script({method, url, headers, body: Buffer.concat(chunks)}, response);
		});
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return {origin: `https://localhost:${(server.address() as AddressInfo).port}`, received};
}

/** A folder with the certificate, and the variable that makes node trust it. */
function trusting(spec: string) {
	const folder = folderWith({'spec.yaml': spec, 'ca.pem': certificate!.cert});
	return {folder, trusted: {...env, NODE_EXTRA_CA_CERTS: path.join(folder, 'ca.pem')}};
}

test('fault 41: a key goes over plain http to no other machine, unless it was asked for', async () => {
	const folder = folderWith({
		'spec.yaml': specOf(1),
		'own.yaml': specOf(1, 'provider: {base_url: http://10.255.255.1/v1, api_key_env: OPENAI_API_KEY}'),
	});
	for (const args of [
		['spec.yaml', '--base-url', 'http://llm.example/v1'],
		['spec.yaml', '--base-url', 'http://127.0.0.1.llm.example/v1'],
		['own.yaml'],
	]) {
		const {code, stderr} = await runCli(args, {cwd: folder, env});
		expect(code, stderr).toBe(2);
		expect(stderr).toMatch(/would send the key over plain http to .*llm\.example|would travel unencrypted/);
		expect(stderr).toMatch(/--allow-http|allow_http: true/);
	}

	const allowed = await runCli(['check', 'own.yaml', '--allow-http'], {cwd: folder, env});
	expect(allowed.stdout + allowed.stderr).not.toContain('plain http');
});

test.each([
	['plain http', 302],
	['another host', 307],
] as const)('fault 41: no key and no prompt follow a redirect to %s', async (where, status) => {
	const plain = await scriptedServer(answer);
	const other = await tlsServer(answer);
	const target = where === 'plain http' ? plain.origin : other.origin.replace('localhost', '127.0.0.1');
	const server = await tlsServer((request, response) => {
		always(status, '', {location: `${target}${request.url}`})(request, response);
	});
	const {folder, trusted} = trusting(specOf(2, quick));
	const end = await runCli(['spec.yaml', '--base-url', `${server.origin}/v1`], {cwd: folder, env: trusted});
	expect(end.code, end.stdout + end.stderr).toBe(3);
	expect(end.stdout).toContain('redirects are not followed');
	expect(server.received[0]!.authorization).toBe(`Bearer ${key}`);
	expect(plain.received).toEqual([]);
	expect(other.received).toEqual([]);
	await expectInvariants({folder, requests: 2, ends: [end], keys: [key]});
});

test('fault 41: nor those of a batch: upload, creation and download', async () => {
	const plain = await scriptedServer(answer);
	const server = await tlsServer((request, response) => {
		always(308, '', {location: `${plain.origin}${request.url}`})(request, response);
	});
	const {folder, trusted} = trusting(specOf(2, `mode: batch\nbatch: {poll_s: 0.05}\n${quick}`));
	const args = ['spec.yaml', '--base-url', `${server.origin}/v1`, '--max-session-requests', '2'];
	const session = startOnScreen(args, {cwd: folder, env: trusted});
	await session.shows('redirects are not followed');
	session.type('\u0003\u0003');
	await session.exited;
	expect(server.received.map(({url}) => url)).toContain('/v1/files');
	expect(plain.received).toEqual([]);
	await expectInvariants({folder, requests: 2, ends: [], keys: [key], session});
});

test('fault 41: a server whose certificate nobody vouches for gets nothing', async () => {
	const server = await tlsServer(answer);
	const folder = folderWith({'spec.yaml': specOf(1, quick)});
	const end = await runCli(['spec.yaml', '--base-url', `${server.origin}/v1`], {cwd: folder, env});
	expect(end.code).toBe(1);
	expect(end.stdout).toMatch(/self[- ]signed certificate/);
	expect(server.received).toEqual([]);
	expect(journalOf(folder).some(({type}) => type === 'attempt-answered')).toBe(false);
	await expectInvariants({folder, requests: 1, ends: [end], keys: [key]});
});

test('fault 41: a process that checks no certificates is warned about, on the screen and on lines', async () => {
	const server = await tlsServer(answer);
	const folder = folderWith({'spec.yaml': specOf(2, quick)});
	const careless = {...env, NODE_TLS_REJECT_UNAUTHORIZED: '0'};
	const warning = 'NODE_TLS_REJECT_UNAUTHORIZED is 0: no certificate is checked';
	const args = ['spec.yaml', '--base-url', `${server.origin}/v1`];
	const plain = await runCli(args, {cwd: folder, env: careless});
	expect(plain.code, plain.stderr).toBe(0);
	expect(plain.stdout + plain.stderr).toContain(warning);
	const session = startOnScreen([...args, '--dir', 'screen'], {cwd: folder, env: careless});
	await session.shows('2/2');
	session.type('L');
	await session.shows(warning);
	// What node itself says of it would stand across the panes.
	const shown = session.rows();
	session.type('\u000c');
	await session.shows(warning);
	expect(shown.join('\n')).not.toContain('(node:');
	session.type('\u0003\u0003');
	await session.exited;
	await expectRestored(session);
	expect(strayCharacters(session.output())).toEqual([]);
	expect(session.output()).not.toContain('(node:');
	expect(readFileSync(path.join(folder, 'spec.promptbatch/journal.jsonl'), 'utf8')).not.toContain(key);
	await expectInvariants({folder, requests: 2, ends: [plain], keys: [key], session});
});
