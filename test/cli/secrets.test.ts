import {readFileSync} from 'node:fs';
import {expect, it} from 'vitest';
import {always, scriptedServer} from '../api/scripted-server.ts';
import {type CliEnd, runCli} from './cli-process.ts';
import {failuresOf, filesBelow, folderWith, specOf} from './run-folder.ts';

const key = 'sk-test-0123456789abcdefABCDEF';
const modelKey = 'sk-test-model-fedcba9876543210';
const env = {OPENAI_API_KEY: key, OPENAI_API_KEY_gpt_4o: modelKey};
const twoModels = specOf(2).replace('model: gpt-4o-mini', 'model: [gpt-4o, gpt-4o-mini]');

function expectNoKey(folder: string, ...ends: readonly CliEnd[]): void {
	const texts = [
		...filesBelow(folder).map(file => [file, readFileSync(file, 'latin1')]),
		...ends.flatMap(({stdout, stderr}) => [
			['stdout', stdout],
			['stderr', stderr],
		]),
	];
	for (const [where, text] of texts) {
		expect(text!.includes(key) || text!.includes(modelKey), where).toBe(false);
	}
}

it('sends the key of the model where there is one, else the key of the provider, and writes neither', async () => {
	const seen = new Set<string>();
	const server = await scriptedServer((request, response) => {
		const {model} = JSON.parse(request.body.toString()) as {readonly model: string};
		seen.add(`${model}: ${request.headers.authorization}`);
		const choices = [{index: 0, message: {role: 'assistant', content: 'ok'}, finish_reason: 'stop'}];
		const usage = {prompt_tokens: 1, completion_tokens: 1, total_tokens: 2};
		always(200, {id: 'c', object: 'chat.completion', model, choices, usage})(request, response);
	});
	const folder = folderWith({'spec.yaml': twoModels});
	const args = ['spec.yaml', '--base-url', `${server.origin}/v1`, '--display', 'json'];
	const end = await runCli(args, {cwd: folder, env});
	expect(end.code).toBe(0);
	expect(seen).toEqual(new Set([`gpt-4o: Bearer ${modelKey}`, `gpt-4o-mini: Bearer ${key}`]));
	expectNoKey(folder, end);
});

it('writes no key that a server sends back in an error, an answer or a header', async () => {
	const server = await scriptedServer((request, response) => {
		const sent = request.headers.authorization!;
		const echo = request.body.includes('Say 0')
			? always(400, {error: {message: `no such thing for ${sent}`, type: 'x', code: `c-${sent}`}})
			: always(503, `<html>${sent} ${sent.slice('Bearer '.length)}</html>`, {'x-request-id': sent});
		echo(request, response);
	});
	const retry = 'retry: {max_retries: 1, initial_s: 0.01, max_s: 0.02}';
	const folder = folderWith({'spec.yaml': twoModels.replace('params', `${retry}\nparams`)});
	const args = ['spec.yaml', '--base-url', `${server.origin}/v1`];
	const plain = await runCli(args, {cwd: folder, env});
	expect(plain.code).toBe(1);
	expect(failuresOf(folder)).toHaveLength(4);
	const json = await runCli([...args, '--display', 'json', '--dir', 'again'], {cwd: folder, env});
	const status = await runCli(['status', 'spec.yaml'], {cwd: folder, env});
	const failed = await runCli(['export', 'spec.yaml', '--failed'], {cwd: folder, env});
	expect(failed.stdout).toContain('no such thing for');
	expectNoKey(folder, plain, json, status, failed);
});

it('shows no key that a refused key’s error quotes', async () => {
	const server = await scriptedServer((request, response) => {
		const message = `Incorrect API key provided: ${request.headers.authorization?.slice('Bearer '.length)}.`;
		always(401, {error: {message, type: 'invalid_request_error', code: 'invalid_api_key'}})(
			request,
			response,
		);
	});
	const folder = folderWith({'spec.yaml': twoModels});
	const end = await runCli(['spec.yaml', '--base-url', `${server.origin}/v1`], {cwd: folder, env});
	expect(end.code).toBe(3);
	expect(end.stdout).toContain('Incorrect API key provided');
	expectNoKey(folder, end);
});

it('reads keys from a .env file, after the environment', async () => {
	const seen = new Set<string | undefined>();
	const server = await scriptedServer((request, response) => {
		seen.add(request.headers.authorization);
		always(503, 'no')(request, response);
	});
	const folder = folderWith({
		'spec.yaml': specOf(1, 'retry: {max_retries: 0}'),
		'.env': 'OPENAI_API_KEY=sk-test-from-dotenv\n',
		'other.env': 'OPENAI_API_KEY=sk-test-from-other\n',
	});
	const args = ['spec.yaml', '--base-url', `${server.origin}/v1`];
	await runCli([...args, '--dir', 'a'], {cwd: folder});
	await runCli([...args, '--dir', 'b', '--env-file', 'other.env'], {cwd: folder});
	await runCli([...args, '--dir', 'c'], {cwd: folder, env});
	expect([...seen]).toEqual(['sk-test-from-dotenv', 'sk-test-from-other', key].map(sent => `Bearer ${sent}`));
});

it('keeps a key that stands in the address of a provider out of everything', async () => {
	const folder = folderWith({'spec.yaml': specOf(1)});
	const args = ['spec.yaml', '--base-url', `https://user:${key}@llm.example/v1`];
	const end = await runCli(args, {cwd: folder, env});
	expect(end.code).toBe(2);
	expectNoKey(folder, end);
});

it('sends the key of openai to no other provider', async () => {
	const server = await scriptedServer(always(503, 'no'));
	const folder = folderWith({
		'spec.yaml': specOf(1, `retry: {max_retries: 0}\nprovider: {base_url: '${server.origin}/v1'}`),
	});
	expect((await runCli(['spec.yaml'], {cwd: folder, env})).code).toBe(1);
	expect(server.received[0]!.headers.authorization).toBeUndefined();
});
