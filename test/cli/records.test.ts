import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {expect, it} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import type {PtySession} from '../ui/pty-session.ts';
import {until} from './cli-process.ts';
import {failuresOf, folderWith, resultsOf, specOf} from './run-folder.ts';
import {expectSaneLine, startBeforeShell, startOnScreen} from './terminal.ts';

const key = 'sk-test-0123456789abcdefABCDEF';

/** What was put onto the clipboard so far. */
function copiedBy({output}: PtySession): readonly string[] {
	return [...output().matchAll(/\u001b\]52;c;([\w+/=]*)\u0007/g)].map(([, base64]) =>
		Buffer.from(base64!, 'base64').toString(),
	);
}

it('takes single requests out of a run: id, record, call and all of it, and never the key', async () => {
	const simulator = await simulated('seed=3,latency=5ms,refusal=40%');
	const folder = folderWith({'spec.yaml': specOf(12).replace('Say {{n}}', `"It's {{n}}: ${key} $HOME"`)});
	const env = {OPENAI_API_KEY: key, PAGER: 'cat > paged.txt'};
	const session = startOnScreen(['spec.yaml', '--base-url', simulator.url], {cwd: folder, env});
	await session.shows('DONE');
	session.type('1');
	await session.shows('[1 Queue]');
	const take = async (name: string, count: number) => {
		session.type(name);
		await until(() => copiedBy(session).length === count, `copy ${count}`);
		return copiedBy(session).at(-1)!;
	};

	// Those that failed come first.
	const id = await take('y', 1);
	expect(failuresOf(folder).map(row => row.id)).toContain(id);
	const failure = JSON.parse(await take('Y', 2));
	expect(failure).toEqual(failuresOf(folder).find(row => row.id === id));

	const curl = await take('C', 3);
	expect(curl).toContain(`curl '${simulator.url}/chat/completions'`);
	expect(curl).toContain('-H "Authorization: Bearer $OPENAI_API_KEY"');
	expect(curl).not.toContain(key);
	const script = `curl() { for last; do :; done; printf %s "$last"; }\n${curl}`;
	const body = JSON.parse(execFileSync('sh', ['-c', script], {encoding: 'utf8'}));
	expect(body).toMatchObject({model: 'gpt-4o-mini', max_tokens: 8});
	expect(body.messages[0].content).toBe(`It's ${id}: [redacted] $HOME`);

	session.type('o');
	const paged = () => readFileSync(path.join(folder, 'paged.txt'), {encoding: 'utf8', flag: 'a+'});
	await until(() => paged().includes('--- request body ---'), 'the paged record');
	expect(paged()).toContain(`request ${id}\nindex ${failure.index}   failed   openai gpt-4o-mini`);
	expect(paged()).toContain('refusal');

	await session.shows('[1 Queue]');
	session.type('G');
	await session.shows('>✓');
	const result = JSON.parse(await take('Y', 4));
	expect(result).toEqual(resultsOf(folder).find(row => row.id === result.id));
	session.type('q');
	expect((await session.exited).exitCode).toBe(1);
});

it('reads a request that is not done yet', async () => {
	const simulator = await simulated('latency=60s');
	const folder = folderWith({'spec.yaml': specOf(3)});
	const args = ['spec.yaml', '--base-url', simulator.url, '--concurrency', '1'];
	const session = startOnScreen(args, {cwd: folder, env: {OPENAI_API_KEY: key}});
	await session.shows('in-flight');
	session.type('Y');
	await until(() => copiedBy(session).length === 1, 'a copy');
	const record = JSON.parse(copiedBy(session)[0]!);
	expect(record).toMatchObject({
		id: '0',
		index: 0,
		status: 'in-flight',
		prompt: 'Say 0',
		model: 'gpt-4o-mini',
	});
	session.type('\u0003');
	session.type('\u0003');
	await session.exited;
});

it('gives the terminal back when it is told to end while a pager has it', async () => {
	const simulator = await simulated('latency=60s');
	const folder = folderWith({'spec.yaml': specOf(3)});
	const args = ['spec.yaml', '--base-url', simulator.url, '--concurrency', '1'];
	const session = startBeforeShell(args, {cwd: folder, env: {OPENAI_API_KEY: key, PAGER: 'less'}});
	await session.shows('in-flight');
	session.type('o');
	await session.shows('(END)');
	const program = execFileSync('pgrep', ['-P', String(session.pid)], {encoding: 'utf8'}).trim();
	process.kill(Number(program), 'SIGTERM');
	// Two signals that are pending together are one.
	await delay(500);
	process.kill(Number(program), 'SIGTERM');
	await session.shows('the end');
	// The pager gave back what it had taken, before anything else was said.
	const {output, terminal} = session;
	expect(output().lastIndexOf('\u001b[?1049l')).toBeLessThan(output().indexOf('stopped '));
	expect(terminal.buffer.active.type).toBe('normal');
	expect(terminal.modes.bracketedPasteMode).toBe(false);
	expect(terminal.modes.wraparoundMode).toBe(true);
	expectSaneLine(session);
	expect(output()).toContain('code 143');
});
