import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {describe, expect, it} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {runCli, startCli, until} from './cli-process.ts';
import {folderWith, journalOf, reportOf, resultsOf, specOf} from './run-folder.ts';
import {expectRestored, expectSaneLine, startBeforeShell, startOnScreen} from './terminal.ts';

const env = {OPENAI_API_KEY: 'sk-test-quit'};
const size = 40;

/** A slow run of 40, and how to start it. */
async function slowRun(script = 'latency=200..400ms') {
	const simulator = await simulated(script);
	const folder = folderWith({'spec.yaml': specOf(size)});
	return {simulator, folder, args: ['spec.yaml', '--base-url', simulator.url, '--concurrency', '4']};
}

/** Nothing is in flight on record; every answer that was sent is there. */
function expectSaved(folder: string, answers: number): void {
	const journal = journalOf(folder);
	expect(journal.at(-1)!.type).toBe('session-ended');
	expect(journal.filter(({type}) => type === 'attempt-answered')).toHaveLength(answers);
}

/** The command that the closing lines name, run by a shell that knows the program by its name. */
async function runClosingCommand(output: string, folder: string) {
	const command = /resume +promptbatch-tui (.+?)\r?\n/.exec(output)?.[1];
	expect(command, output).toBeDefined();
	const words = command!.split(' ').map(word => word.replaceAll("'", ''));
	return runCli([...words, '--display', 'json'], {cwd: folder, env});
}

describe('a headless run drains, saves and says how to resume', () => {
	it.each([
		['SIGINT', 130],
		['SIGTERM', 143],
		['SIGHUP', 129],
	] as const)('on %s, with %i', async (signal, code) => {
		const {simulator, folder, args} = await slowRun();
		const child = startCli(args, {cwd: folder, env});
		await until(() => simulator.calls.length >= 4, '4 calls');
		await until(() => journalOf(folder).length > 0, 'a journal');
		child.kill(signal);
		const sentAt = Date.now();
		const end = await child.ended;
		expect(end.code).toBe(code);
		expect(end.stderr).toBe('');
		expect(simulator.calls.filter(({startedAtMs}) => startedAtMs > sentAt + 100)).toEqual([]);
		expect(simulator.calls.map(({status}) => status)).toEqual(Array(simulator.calls.length).fill(200));
		expectSaved(folder, simulator.calls.length);
		const before = simulator.calls.length;
		const resumed = await runClosingCommand(end.stdout, folder);
		expect(resumed.code).toBe(0);
		expect(simulator.calls.length).toBe(size);
		expect(reportOf(resumed.stdout)).toMatchObject({
			requests: {done: size},
			session: {requests: size - before},
			maybe_billed: {calls: 0},
		});
		expect(resultsOf(folder)).toHaveLength(size);
	});

	it('at once on a second SIGINT, and counts what was out as maybe billed', async () => {
		const {simulator, folder, args} = await slowRun('latency=30s');
		const child = startCli([...args, '--display', 'json'], {cwd: folder, env});
		await child.says('run-started');
		await until(() => journalOf(folder).some(({type}) => type === 'attempt-started'), 'calls');
		await delay(200);
		child.kill('SIGINT');
		await delay(200);
		child.kill('SIGINT');
		const {code, stdout} = await child.ended;
		expect(code).toBe(130);
		expect(reportOf(stdout)).toMatchObject({requests: {done: 0, pending: size}, maybe_billed: {calls: 4}});
		await until(() => simulator.calls.length === 4, 'the calls to be hung up');
		expect(simulator.calls.map(({status}) => status)).toEqual([null, null, null, null]);
	});
});

describe('the full screen', () => {
	it('asks on q while calls are in flight, stays on esc, and leaves on y', async () => {
		const {simulator, folder, args} = await slowRun();
		const session = startBeforeShell(args, {cwd: folder, env});
		await session.shows('RUNNING');
		await session.shows('In flight  4/4');
		session.type('q');
		await session.shows('calls in flight');
		session.type('\u001b');
		const before = simulator.calls.length;
		await until(() => simulator.calls.length > before + 4, 'the run going on');
		await session.shows('In flight  4/4');
		session.type('q');
		await session.shows('calls in flight');
		// A key that comes sooner than anybody reads is not taken for an answer.
		await delay(400);
		session.type('y');
		await session.shows('the end');
		await session.exited;
		expect(session.output()).toContain('code 130');
		expect(session.output()).not.toContain('    at ');
		await expectRestored(session);
		expectSaneLine(session);
		expectSaved(folder, simulator.calls.length);
		expect((await runClosingCommand(session.output(), folder)).code).toBe(0);
		expect(simulator.calls).toHaveLength(size);
	});

	it('drains on ctrl-c', async () => {
		const {simulator, folder, args} = await slowRun();
		const session = startBeforeShell(args, {cwd: folder, env});
		await session.shows('RUNNING');
		await until(() => simulator.calls.length >= 4, '4 calls');
		session.type('\u0003');
		await session.shows('the end');
		await session.exited;
		expect(session.output()).toContain('code 130');
		await expectRestored(session);
		expectSaneLine(session);
		expectSaved(folder, simulator.calls.length);
	});

	it('leaves at once on a second ctrl-c', async () => {
		const {folder, args} = await slowRun('latency=30s');
		const session = startBeforeShell(args, {cwd: folder, env});
		await session.shows('4/4');
		session.type('\u0003');
		await session.shows('DRAINING');
		session.type('\u0003');
		await session.shows('the end');
		await session.exited;
		expect(session.output()).toContain('code 130');
		expect(session.output()).toContain('4 calls that ended without an answer');
		await expectRestored(session);
		expectSaved(folder, 0);
	});

	it.each([
		['SIGTERM', 143],
		['SIGINT', 130],
	] as const)('gives the terminal back on %s and ends with %i', async (signal, code) => {
		const {simulator, folder, args} = await slowRun();
		const session = startOnScreen(args, {cwd: folder, env});
		await session.shows('RUNNING');
		await until(() => simulator.calls.length >= 4, '4 calls');
		process.kill(session.pid, signal);
		expect((await session.exited).exitCode).toBe(code);
		await expectRestored(session);
		expectSaved(folder, simulator.calls.length);
		await session.shows('resume ');
	});

	it('saves on SIGHUP, as when the connection drops', async () => {
		const {simulator, folder, args} = await slowRun();
		const session = startOnScreen(args, {cwd: folder, env});
		await session.shows('RUNNING');
		await until(() => simulator.calls.length >= 4, '4 calls');
		process.kill(session.pid, 'SIGHUP');
		expect((await session.exited).exitCode).toBe(129);
		expectSaved(folder, simulator.calls.length);
	});
});
