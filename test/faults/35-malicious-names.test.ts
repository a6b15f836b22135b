import {mkdirSync, renameSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {scriptedServer} from '../api/scripted-server.ts';
import {runCli, until} from '../cli/cli-process.ts';
import {folderWith, specOf} from '../cli/run-folder.ts';
import {expectRestored, startOnScreen} from '../cli/terminal.ts';
import {simulated} from '../simulator/simulated.ts';
import {allHostile, expectPlainText, hostileWord, strayCharacters, watchForHarm} from './hostile-text.ts';
import {expectInvariants} from './invariants.ts';
import {full} from './strength.ts';
import {witnessOf} from './witness.ts';

const key = 'sk-test-fault-35-0123456789';
const env = {OPENAI_API_KEY: key};
/** As a name of a file or of a thing: short, and without a slash. */
const name = `${hostileWord}\u001b]0;T\u0007\u001b]52;c;eA==\u0007\u009b2J\u001b[2J\b\b\r\u202e\u200b`;
const jsonName = JSON.stringify(name);

const spec = `
name: ${jsonName}
provider: mine
providers:
  mine: {base_url: ADDRESS, api_key_env: OPENAI_API_KEY}
model: ${jsonName}
mode: direct
retry: {max_retries: 0}
score: [{module: scorer.mjs}]
params: {user: ${jsonName}}
prompts: Say {{word}} {{extra}}
args: {file: ${JSON.stringify(`${name}.jsonl`)}}
`;

const rows = ['ok', 'refused', 'status', 'header', 'html', 'code']
	.map(id => JSON.stringify({id: `${name}${id}`, word: id, group: name, extra: allHostile}))
	.join('\n');

/** Everything that a server says of itself, besides an answer. */
async function hostileServer() {
	const error = JSON.stringify({error: {message: allHostile, type: name, code: name, param: name}});
	return scriptedServer((request, response) => {
		const which = /Say (\w+)/.exec(request.body.toString())?.[1];
		const raw = (status: string, headers: string, body: string) => {
			const length = Buffer.byteLength(body);
			// Onto the line as they are: node would refuse to send them.
			response.socket!.end(
				`HTTP/1.1 ${status}\r\n${headers}content-length: ${length}\r\nconnection: close\r\n\r\n${body}`,
			);
		};
		switch (which) {
			case 'status':
				return raw(`418 ${hostileWord} \u001b]0;T\u0007`, '', '');
			case 'header':
				return raw(
					'302 Found',
					`location: http://x/${hostileWord}\u001b]0;T\u0007\r\nx-request-id: \u001b[2J\u009b\r\n`,
					'',
				);
			case 'html':
				return raw('400 No', '', `<html><title>${allHostile}</title></html>`);
			case 'code':
			case 'refused':
				return response.writeHead(400, {'content-type': 'application/json'}).end(error);
			default: {
				const message = {role: 'assistant', content: 'fine', tool_calls: [], [name]: name};
				const choices = [{index: 0, message, finish_reason: 'stop', [name]: allHostile}];
				const usage = {prompt_tokens: 1, completion_tokens: 1, total_tokens: 2};
				const body = {
					id: name,
					object: 'chat.completion',
					model: name,
					system_fingerprint: name,
					choices,
					usage,
				};
				return response.writeHead(200, {'content-type': 'application/json'}).end(JSON.stringify(body));
			}
		}
	});
}

async function hostileFolder() {
	const server = await hostileServer();
	const outer = folderWith({});
	const folder = path.join(outer, name);
	mkdirSync(folder);
	const files = {
		'spec.yaml': spec.replace('ADDRESS', `${server.origin}/v1`),
		[`${name}.jsonl`]: rows,
		'scorer.mjs': `export default () => { console.error(${jsonName}); throw new Error(${JSON.stringify(allHostile)}); };`,
	};
	for (const [file, content] of Object.entries(files)) {
		writeFileSync(path.join(folder, file), content);
	}

	return folder;
}

test('fault 35: no name and no error steers the terminal: on the full screen', async () => {
	const folder = await hostileFolder();
	const session = startOnScreen(['spec.yaml', '--verbose', 'always'], {cwd: folder, env});
	const harm = watchForHarm(session.terminal);
	await session.shows('[2 Report]');
	await session.shows('6/6');
	for (const [typed, shows] of [
		['1', '[1 Queue'],
		['\r', '[error]'],
		[']', '[attempts]'],
		['[', '[error]'],
		['[', '[answer]'],
		['[', '[prompt]'],
		['n', '[prompt]'],
		['\u001b', '[1 Queue'],
		['F', 'causes'],
		['L', '[Log]'],
		['\u001b', '[1 Queue'],
		['/', 'filter'],
	] as const) {
		session.type(typed);
		await session.shows(shows);
		await session.shows(hostileWord);
	}

	session.type('\u0003\u0003');
	expect((await session.exited).exitCode).toBe(1);
	await expectRestored(session);
	expect(harm).toEqual([]);
	expect(strayCharacters(session.output())).toEqual([]);
});

test('fault 35: nor on lines, of a run or of any command, on a pipe or a terminal', async () => {
	const folder = await hostileFolder();
	const plain = await runCli(['spec.yaml', '--verbose', 'always'], {cwd: folder, env});
	expect(plain.code, plain.stderr).toBe(1);
	expect(plain.stdout).toContain(hostileWord);
	const ends = [plain];
	for (const args of [
		['spec.yaml', '--display', 'json', '--dir', `${name}-2`],
		['status', 'spec.yaml', '--json'],
		['check', 'spec.yaml'],
		['wipe', 'spec.yaml', '--requests'],
		[`${name}.yaml`],
		...(full
			? [
					['status', 'spec.yaml'],
					['check', 'spec.yaml', '--json'],
					['verify', 'spec.yaml'],
					['doctor', 'spec.yaml'],
					['spec.yaml', '--dry-run', '--dir', 'dry'],
					['spec.yaml', '--dir', `${name}-3`, '--set', `rate.rpm=${name}`],
					['spec.yaml', `--${name}`],
					['spec.yaml', '--mode', name],
					['export', 'spec.yaml', '--compare'],
					['export', 'spec.yaml', '--format', name],
					['status', name],
				]
			: []),
	]) {
		const end = await runCli(args, {cwd: folder, env});
		expect([0, 1, 2], `${args.join(' ')}: ${end.stderr}`).toContain(end.code);
		ends.push(end);
	}

	for (const {stdout, stderr} of ends) {
		expectPlainText(stdout);
		expectPlainText(stderr);
	}

	// To a file goes what came; to a terminal what can be looked at.
	const terminal = startOnScreen(['export', 'spec.yaml', '--failed'], {cwd: folder});
	const harm = watchForHarm(terminal.terminal);
	await until(() => terminal.output().includes(hostileWord), 'the export');
	await terminal.exited;
	expect(harm).toEqual([]);
	expectPlainText(terminal.output().replaceAll('\r\n', '\n'));
	renameSync(path.join(folder, `${name}.jsonl`), path.join(folder, 'gone'));
	expectPlainText((await runCli(['check', 'spec.yaml'], {cwd: folder, env})).stderr);
	await expectInvariants({folder, requests: 6, ends: [plain], keys: [key]});
});

test('fault 35: nor do the errors of a batch, of its lines and of the code of a task', async () => {
	const simulator = await simulated('batch=0s');
	const errors = {data: [{code: name, message: allHostile, line: null, param: name}], object: 'list'};
	const witness = await witnessOf(simulator.url, ({kind}) =>
		kind === 'poll'
			? {
					act: 'edit',
					edit: ({body}) => ({
						body: Buffer.from(
							JSON.stringify({
								...JSON.parse(String(body)),
								status: 'failed',
								errors,
								metadata: {[name]: name},
							}),
						),
					}),
				}
			: undefined,
	);
	const folder = folderWith({
		'spec.yaml': specOf(4, 'mode: batch\nbatch: {poll_s: 0.05}'),
		'task.yaml': `model: gpt-4o-mini\nmode: direct\ntask: ./task.mjs\n`,
		'task.mjs': `export function* requests() { console.log(${jsonName}); yield {id: ${jsonName}, prompt: ${jsonName}}; }
			export function accept() { throw new Error(${JSON.stringify(allHostile)}); }`,
	});
	const [batch, task] = await Promise.all([
		runCli(['spec.yaml', '--base-url', witness.url], {cwd: folder, env}),
		runCli(['task.yaml', '--simulate'], {cwd: folder, env}),
	]);
	expect([batch.code, task.code], batch.stdout + batch.stderr + task.stderr).toEqual([3, 3]);
	for (const {stdout, stderr} of [batch, task]) {
		expect(stdout + stderr).toContain(hostileWord);
		expectPlainText(stdout);
		expectPlainText(stderr);
	}

	await expectInvariants({folder, requests: 4, ends: [batch], keys: [key], witness});
});
