import {setTimeout as delay} from 'node:timers/promises';
import {expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import type {PtySession} from '../ui/pty-session.ts';
import {until} from './cli-process.ts';
import {ledgerEnv, ledgerSpec, runAgainst} from './ledger-run.ts';
import {type Answer, type Body, type LedgerServer, ledgerServer} from './ledger-server.ts';
import {folderWith, journalOf, reportOf, resultsOf} from './run-folder.ts';
import {startOnScreen} from './terminal.ts';

const good: Answer = {input: 20, output: 5};
const numberOf = ({messages}: Pick<Body, 'messages'>) =>
	Number(/Number (\d+)/.exec(messages[0]!.content)![1]);
const batchMs = 2500;

function spec(requests: number, rest: string): string {
	return ledgerSpec(requests, `params: {max_tokens: 20}\nmode: batch\n${rest}`);
}

function onScreen(server: LedgerServer, folder: string): PtySession {
	return startOnScreen(['spec.yaml', '--base-url', server.url], {cwd: folder, env: ledgerEnv});
}

/** Presses a key that asks, and says yes once the question could be read. */
async function press(session: PtySession, key: string, question: string): Promise<void> {
	session.type(key);
	await session.shows(question);
	await delay(500);
	session.type('y');
}

async function recorded(folder: string, type: RunEvent['type'], times = 1): Promise<void> {
	await until(
		() => journalOf(folder).filter(event => event.type === type).length >= times,
		`${times} ${type}`,
	);
}

async function kill(session: PtySession): Promise<void> {
	process.kill(session.pid, 'SIGKILL');
	await session.exited;
}

/** Every prompt that was answered came to the server once, but for those that were in flight at a kill. */
function seenTwice(server: LedgerServer): readonly string[] {
	const prompts = server.seen.map(({prompt}) => prompt);
	return prompts.filter((prompt, at) => prompts.indexOf(prompt) !== at);
}

test('d, then kill -9: the same command goes on in forced direct mode and collects the batch', async () => {
	const server = await ledgerServer({answer: () => good, batchMs, latencyMs: 60});
	const folder = folderWith({
		'spec.yaml': spec(
			60,
			'batch: {poll_s: 0.1, max_requests: 20}\nremote: {max_batches: 1}\nrate: {concurrency: 2}',
		),
	});
	const session = onScreen(server, folder);
	await session.shows('WAITING');
	await press(session, 'd', 'Direct only: ');
	await recorded(folder, 'direct-forced');
	await kill(session);
	const {code, stdout, stderr} = await runAgainst(server, folder);
	expect(code, stderr).toBe(0);
	expect(server.batches.creations()).toBe(1);
	expect(reportOf(stdout)).toMatchObject({requests: {done: 60, failed: 0}, mode: {direct: 40, batch: 20}});
	expect(seenTwice(server).length).toBeLessThanOrEqual(2);
	expect(server.batches.files.size).toBe(0);
}, 60_000);

test('d twice: batches are created again, and that survives a kill too', async () => {
	const server = await ledgerServer({answer: () => good, batchMs: 800, latencyMs: 400});
	const folder = folderWith({
		'spec.yaml': spec(
			60,
			'batch: {poll_s: 0.1, max_requests: 20}\nremote: {max_batches: 1}\nrate: {concurrency: 1}',
		),
	});
	const session = onScreen(server, folder);
	await session.shows('WAITING');
	await press(session, 'd', 'Direct only: ');
	await recorded(folder, 'direct-forced');
	await session.shows('(forced)');
	const before = server.batches.creations();
	await press(session, 'd', 'Batches again');
	await recorded(folder, 'direct-forced', 2);
	await kill(session);
	const {code, stdout, stderr} = await runAgainst(server, folder);
	expect(code, stderr).toBe(0);
	expect(server.batches.creations()).toBeGreaterThan(before);
	expect(reportOf(stdout).requests).toMatchObject({done: 60, failed: 0});
	expect(reportOf(stdout).mode.batch).toBeGreaterThan(20);
	expect(resultsOf(folder)).toHaveLength(60);
}, 60_000);

test('--force-direct with a batch out: none is created, it is collected; without the flag batches go again', async () => {
	const server = await ledgerServer({answer: () => good, batchMs: 600});
	const folder = folderWith({
		'spec.yaml': spec(60, 'batch: {poll_s: 0.1, max_requests: 20}\nremote: {max_batches: 1}'),
	});
	const killed = await runAgainst(server, folder, [], {PROMPTBATCH_FAILPOINT: 'polling'});
	expect(killed.signal).toBe('SIGKILL');
	const forced = await runAgainst(server, folder, ['--force-direct', '--max-session-requests', '30']);
	expect(forced.code, forced.stderr).toBe(3);
	expect(reportOf(forced.stdout)).toMatchObject({requests: {done: 30}, mode: {direct: 10, batch: 20}});
	expect(server.batches.creations()).toBe(1);
	const {code, stdout} = await runAgainst(server, folder);
	expect(code).toBe(0);
	expect(reportOf(stdout).mode).toEqual({direct: 10, batch: 50});
	expect(seenTwice(server)).toEqual([]);
}, 60_000);

/** Requests whose number ends in 7 fail for good in their first round. */
const failsOnce = (body: Body, _: unknown, time: number): Answer =>
	numberOf(body) % 10 === 7 && time === 1
		? {status: 400, error: {message: 'not today', type: 'invalid_request_error', code: null}}
		: good;

test('w while a batch runs, then kill -9: the failed return, the succeeded stay as they are', async () => {
	const server = await ledgerServer({answer: failsOnce, batchMs: 1500});
	const folder = folderWith({
		'spec.yaml': spec(60, 'batch: {poll_s: 0.1, max_requests: 20}\nremote: {max_batches: 1}'),
	});
	const session = onScreen(server, folder);
	await recorded(folder, 'batch-submitted', 2);
	await session.shows('failed 2');
	await press(session, 'w', 'to the queue');
	await recorded(folder, 'requests-wiped');
	await kill(session);
	const answeredBefore = journalOf(folder).filter(({type}) => type === 'attempt-answered');
	const {code, stdout, stderr} = await runAgainst(server, folder);
	// Two were wiped; the others failed after it.
	expect(code, stderr).toBe(1);
	expect(reportOf(stdout).requests).toMatchObject({done: 56, failed: 4});
	const again = await runAgainst(server, folder, ['--wipe-failed']);
	expect(again.code, again.stderr).toBe(0);
	expect(resultsOf(folder)).toHaveLength(60);
	expect(
		journalOf(folder)
			.filter(({type}) => type === 'attempt-answered')
			.slice(0, answeredBefore.length),
	).toEqual(answeredBefore);
	expect(seenTwice(server).map(prompt => numberOf({messages: [{content: prompt}]}) % 10)).toEqual(
		Array(6).fill(7),
	);
}, 60_000);

test('w and d together while a batch runs, then kill -9: what failed goes direct, one result each', async () => {
	const server = await ledgerServer({answer: failsOnce, batchMs: 1500, latencyMs: 50});
	const folder = folderWith({
		'spec.yaml': spec(
			60,
			'batch: {poll_s: 0.1, max_requests: 20}\nremote: {max_batches: 1}\nrate: {concurrency: 2}',
		),
	});
	const session = onScreen(server, folder);
	await recorded(folder, 'batch-submitted', 2);
	await session.shows('failed 2');
	await press(session, 'd', 'Direct only: ');
	await recorded(folder, 'direct-forced');
	await press(session, 'w', 'to the queue');
	await recorded(folder, 'requests-wiped');
	await kill(session);
	const {code, stdout, stderr} = await runAgainst(server, folder);
	expect([0, 1], stderr).toContain(code);
	expect(server.batches.creations()).toBe(2);
	const {mode, requests} = reportOf(stdout);
	expect(requests.done + requests.failed).toBe(60);
	expect(mode.batch).toBe(36);
	expect((await runAgainst(server, folder, ['--wipe-failed'])).code).toBe(0);
	expect(server.batches.creations()).toBe(2);
	expect(resultsOf(folder).map(({index}) => index)).toEqual([...Array(60).keys()]);
	expect(
		seenTwice(server).filter(prompt => numberOf({messages: [{content: prompt}]}) % 10 !== 7).length,
	).toBeLessThanOrEqual(2);
}, 60_000);
