import {setTimeout as delay} from 'node:timers/promises';
import {describe, expect, it} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {runCli, until} from './cli-process.ts';
import {folderWith, journalOf, specOf} from './run-folder.ts';
import {expectRestored, expectSaneLine, startBeforeShell} from './terminal.ts';

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
});
