import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {always, type Script, scriptedServer} from '../api/scripted-server.ts';
import {type CliEnd, runCli, until} from '../cli/cli-process.ts';
import {failuresOf, filesBelow, folderWith, specOf} from '../cli/run-folder.ts';
import {expectRestored, startOnScreen} from '../cli/terminal.ts';
import {expectPlainText} from './hostile-text.ts';
import {expectInvariants} from './invariants.ts';
import {full} from './strength.ts';

const key = 'sk-test-0123456789abcdefABCDEF';
const modelKey = 'mk/test+model=fedcba9876543210';
const env = {OPENAI_API_KEY: key, OPENAI_API_KEY_gpt_4o: modelKey};
const twoModels = specOf(2).replace('model: gpt-4o-mini', 'model: [gpt-4o, gpt-4o-mini]');
const quick = 'retry: {max_retries: 1, max_waits: 1, initial_s: 0.01, max_s: 0.02}';

/** A key as it may have been carried along: as it is, in an address, in JSON, in base64 at each of three offsets. */
const forms = [key, modelKey].flatMap(secret => [
	secret,
	encodeURIComponent(secret),
	JSON.stringify(secret).slice(1, -1),
	...['', '.', '..'].map(shift =>
		Buffer.from(shift + secret)
			.toString('base64')
			.slice(4, -4),
	),
]);

function expectNoKey(folder: string, ...ends: readonly Pick<CliEnd, 'stdout' | 'stderr'>[]): void {
	const texts = [
		...filesBelow(folder)
			.filter(file => !file.endsWith('.env'))
			.map(file => [file, readFileSync(file, 'latin1')] as const),
		...ends.map(({stdout, stderr}) => ['the output', stdout + stderr] as const),
	];
	const found = texts.flatMap(([where, text]) => (forms.some(form => text.includes(form)) ? [where] : []));
	expect(found, 'files and outputs with a key').toEqual([]);
}

/** Says the key that it got in everything it answers with. */
const echoing: Script = (request, response) => {
	const sent = request.headers.authorization!;
	const bare = sent.slice('Bearer '.length);
	const which = /Say (\d)/.exec(request.body.toString())?.[1];
	const message = {role: 'assistant', content: `your key is ${bare}`};
	const choices = [{index: 0, message, finish_reason: 'stop'}];
	const usage = {prompt_tokens: 1, completion_tokens: 1, total_tokens: 2};
	const answers: {readonly [which: string]: Script} = {
		0: always(400, {error: {message: `no such thing for ${sent}`, type: 'x', code: `c-${sent}`}}),
		1: always(503, `<html>${sent} ${bare}</html>`, {'x-request-id': sent}),
		2: always(200, {
			id: bare,
			object: 'chat.completion',
			model: bare,
			system_fingerprint: sent,
			choices,
			usage,
		}),
	};
	answers[which ?? 0]!(request, response);
};

test('fault 39: sends the key of the model where there is one, else of the provider, and to no other provider', async () => {
	const seen = new Set<string>();
	const server = await scriptedServer((request, response) => {
		const {model} = JSON.parse(request.body.toString()) as {readonly model: string};
		seen.add(`${model}: ${request.headers.authorization}`);
		const choices = [{index: 0, message: {role: 'assistant', content: 'ok'}, finish_reason: 'stop'}];
		const usage = {prompt_tokens: 1, completion_tokens: 1, total_tokens: 2};
		always(200, {id: 'c', object: 'chat.completion', model, choices, usage})(request, response);
	});
	const folder = folderWith({
		'spec.yaml': twoModels,
		'other.yaml': specOf(1, `provider: {base_url: '${server.origin}/v1'}`),
	});
	const args = ['spec.yaml', '--base-url', `${server.origin}/v1`, '--display', 'json'];
	const end = await runCli(args, {cwd: folder, env});
	expect(end.code).toBe(0);
	expect(seen).toEqual(new Set([`gpt-4o: Bearer ${modelKey}`, `gpt-4o-mini: Bearer ${key}`]));
	expect((await runCli(['other.yaml'], {cwd: folder, env})).code).toBe(0);
	expect(server.received.at(-1)!.headers.authorization).toBeUndefined();
	expectNoKey(folder, end);
});

test('fault 39: reads keys from a .env file, after the environment', async () => {
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

test('fault 39: on lines, in dumps, in every file and to hooks no key is told, whatever the server says', async () => {
	const server = await scriptedServer(echoing);
	const spec = specOf(3, `${quick}\nhooks: {done: 'env > hook.txt'}`);
	const folder = folderWith({
		'spec.yaml': spec.replace('model: gpt-4o-mini', 'model: [gpt-4o, gpt-4o-mini]'),
	});
	const surroundings = {...env, TMPDIR: path.join(folder, 'tmp'), XDG_CONFIG_HOME: path.join(folder, 'home')};
	mkdirSync(surroundings.TMPDIR);
	const run = async (...args: readonly string[]) => runCli(args, {cwd: folder, env: surroundings});
	const base = ['--base-url', `${server.origin}/v1`, '--verbose', 'always'];
	const plain = await run('spec.yaml', ...base);
	expect(plain.code, plain.stderr).toBe(1);
	expect(plain.stdout).toContain('no such thing for Bearer [redacted]');
	expect(failuresOf(folder)).toHaveLength(4);
	const json = await run('spec.yaml', ...base, '--display', 'json', '--dir', 'again');
	expect(json.stderr).toContain('your key is [redacted]');
	expect(readFileSync(path.join(folder, 'hook.txt'), 'utf8')).toContain('PROMPTBATCH_EVENT=done');
	expectNoKey(folder, plain, json, await run('export', 'spec.yaml', '--failed'));
	await expectInvariants({folder, requests: 6, ends: [plain], keys: [key, modelKey]});
});

test('fault 39: nor on the screen, to the clipboard, to a pager, or in the list of processes', async () => {
	const server = await scriptedServer(echoing);
	const folder = folderWith({
		'spec.yaml': specOf(3, quick),
		'.env': `OPENAI_API_KEY=${key}\n`,
	});
	const surroundings = {
		PAGER: 'cat > paged.txt',
		TMPDIR: path.join(folder, 'tmp'),
		XDG_CONFIG_HOME: path.join(folder, 'home'),
	};
	mkdirSync(surroundings.TMPDIR);
	const args = ['spec.yaml', '--base-url', `${server.origin}/v1`, '--verbose', 'always'];
	const session = startOnScreen(args, {cwd: folder, env: surroundings});
	await session.shows('3/3');
	const processes = execFileSync('ps', ['-eo', 'args']).toString();
	session.type('1');
	await session.shows('[1 Queue');
	for (const typed of ['Y', 'C']) {
		const before = session.output().split('\u001b]52;').length;
		session.type(typed);
		await until(() => session.output().split('\u001b]52;').length > before, `the copy by ${typed}`);
	}

	session.type('o');
	await until(() => existsSync(path.join(folder, 'paged.txt')), 'the pager');
	await session.shows('[1 Queue');
	session.type('\r');
	await session.shows('[error]');
	session.type('L');
	await session.shows('[Log]');
	session.type('\u0003\u0003');
	await session.exited;
	await expectRestored(session);
	expect(session.output()).toContain('[redacted]');
	const copies = [...session.output().matchAll(/\u001b\]52;c;([\w+/=]*)\u0007/g)].map(([, copy]) =>
		Buffer.from(copy!, 'base64').toString(),
	);
	expect(copies).toHaveLength(2);
	expect(copies[1]).toContain('$OPENAI_API_KEY');
	expectNoKey(folder, {stdout: session.output() + processes, stderr: copies.join('\n')});
	await expectInvariants({folder, requests: 3, ends: [], keys: [key], session});
});

test('fault 39: a key in the wrong place is refused, and not repeated', async () => {
	const folder = folderWith({});
	const specs = [
		`${specOf(1)}api_key: ${key}\n`,
		specOf(1, `provider: ${key}`),
		specOf(1, `provider: {base_url: 'https://user:${key}@llm.example/v1'}`),
		...(full
			? [
					specOf(1, `provider: {base_url: 'https://llm.example/v1?api_key=${key}'}`),
					specOf(1, `provider: {base_url: 'https://llm.example/v1', api_key: ${key}}`),
					specOf(1, `provider: {base_url: 'https://llm.example/v1', api_key_env: ${key}}`),
					specOf(1).replace('max_tokens: 8', `api_key: ${key}`),
					specOf(1).replace('max_tokens: 8', `Authorization: Bearer ${key}`),
				]
			: []),
	];
	const flags = [
		['--api-key-env', key],
		['--base-url', `https://user:${key}@llm.example/v1`],
		// Not --env-file: node takes that for itself wherever it stands (nodejs/node#54232), and names the file.
		...(full ? [[`--api-key=${key}`], ['--api-key-env', `${key}=x`], [`--${key}`]] : []),
	];
	const inputs = [
		...specs.map(spec => ({spec, more: [] as readonly string[]})),
		...flags.map(more => ({spec: specOf(1), more})),
	];
	for (const [position, {spec, more}] of inputs.entries()) {
		const own = folderWith({'spec.yaml': spec});
		// No variable holds it: nothing but its look tells that it is one.
		const end = await runCli(['spec.yaml', ...more], {
			cwd: own,
			env: {OPENAI_API_KEY: 'sk-test-other-0123456789'},
		});
		expect(end.code, `${position}: ${end.stderr}`).toBe(2);
		expectNoKey(folder, end);
		expect(filesBelow(own)).toEqual([path.join(own, 'spec.yaml')]);
	}
});

test('fault 39: a bug that ends the program tells no key, and steers no terminal', async () => {
	const bomb = `
		const timer = setInterval(() => {
			if (require('node:fs').existsSync('go')) {
				clearInterval(timer);
				throw new Error('a bug with ' + process.env.OPENAI_API_KEY + ' \\u001b]0;T\\u0007 //u:p4ss@host Bearer abc');
			}
		}, 20);
		timer.unref();
	`;
	const folder = folderWith({'spec.yaml': specOf(2), 'bomb.cjs': bomb});
	// Once calls are out.
	const server = await scriptedServer(() => writeFileSync(path.join(folder, 'go'), ''));
	const surroundings = {...env, NODE_OPTIONS: '--require ./bomb.cjs', TMPDIR: folder};
	const end = await runCli(['spec.yaml', '--base-url', `${server.origin}/v1`], {
		cwd: folder,
		env: surroundings,
	});
	expect(end.code).toBe(70);
	expect(end.stderr).toContain('a bug with [redacted] ␛]0;T␇ //[redacted]@host');
	expectPlainText(end.stderr);
	expectNoKey(folder, end);
});

test('fault 39: the password of a proxy is told nowhere', async () => {
	const password = 'p4ssw0rd-of-proxy';
	const folder = folderWith({'spec.yaml': specOf(1, quick)});
	const proxy = {...env, HTTPS_PROXY: `http://user:${password}@127.0.0.1:1`};
	const end = await runCli(['spec.yaml', '--base-url', 'https://llm.example/v1'], {cwd: folder, env: proxy});
	expect(end.code, end.stderr).toBe(1);
	await expectInvariants({folder, requests: 1, ends: [end], keys: [key, password]});
});
