import {readdirSync} from 'node:fs';
import {setTimeout as delay} from 'node:timers/promises';
import {describe, expect, it, vi} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import type {PtySession} from '../ui/pty-session.ts';
import {until} from './cli-process.ts';
import {folderWith, journalOf, resultsOf, specOf} from './run-folder.ts';
import {expectRestored, startOnScreen} from './terminal.ts';

const env = {OPENAI_API_KEY: 'sk-test-screen'};

/** Sooner or later, as a frame may come in pieces: every pane has its borders, and no row ran over into the next. */
async function expectWholeFrame({rows, terminal}: PtySession): Promise<void> {
	await vi.waitFor(
		() => {
			const shown = rows();
			expect(shown).toHaveLength(terminal.rows);
			const borders = shown.filter(row => row.startsWith('┌')).length;
			expect(borders).toBeGreaterThan(0);
			expect(shown.filter(row => row.startsWith('└'))).toHaveLength(borders);
			expect(shown.join('')).not.toContain('\ufffd');
		},
		{timeout: 5000, interval: 20},
	);
}

describe.each([
	[120, 40],
	[80, 24],
])('at %ix%i', (columns, rows) => {
	it('shows queue, calls, retries and cost while it runs, and at the end what the journal says', async () => {
		const simulator = await simulated('latency=40..120ms,503=15%,refusal=5%');
		const folder = folderWith({'spec.yaml': specOf(80, 'retry: {initial_s: 0.1, max_s: 0.3}')});
		const args = ['spec.yaml', '--base-url', simulator.url, '--concurrency', '6'];
		const session = startOnScreen(args, {cwd: folder, env, columns, rows});
		await session.shows('RUNNING');
		for (const title of ['1 Queue', '2 In flight', '3 Retries', '4 Cost']) {
			await session.shows(title);
		}

		await session.shows('6/6');
		await session.shows('503');
		await expectWholeFrame(session);
		await session.shows('DONE');
		await session.shows('80/80');
		await expectWholeFrame(session);

		const journal = journalOf(folder);
		const failed = journal.filter(event => event.type === 'attempt-failed' && event.sequel === 'fail').length;
		const attempts = journal.filter(
			({type}) => type === 'attempt-answered' || type === 'attempt-failed',
		).length;
		expect(failed).toBeGreaterThan(0);
		const screen = session.rows().join('\n');
		expect(screen).toContain(`failed ${failed}`);
		// A finished screen stays.
		await delay(300);
		session.type('q');
		expect((await session.exited).exitCode).toBe(1);
		await expectRestored(session);
		await session.shows(`${80 - failed} of 80 requests done, ${failed} failed`);
		await session.shows(`attempts      ${attempts}, of which`);
	});
});

it('opens a request, shows prompt and answer, and closes it again', async () => {
	const simulator = await simulated();
	const folder = folderWith({'spec.yaml': specOf(3)});
	const session = startOnScreen(['spec.yaml', '--base-url', simulator.url], {cwd: folder, env});
	await session.shows('DONE');
	// When a run is done its report has the focus.
	await session.shows('[2 Report]');
	session.type('1');
	await session.shows('[1 Queue');
	session.type('j');
	session.type('\r');
	await session.shows('[answer]');
	await session.shows(resultsOf(folder)[1]!.text!);
	session.type('[');
	await session.shows('[prompt]');
	await session.shows('Say 1');
	session.type('?');
	await session.shows('this help');
	session.type('\u001b');
	await until(() => !session.rows().join('\n').includes('this help'), 'the help gone');
	session.type('\u0003');
	expect((await session.exited).exitCode).toBe(0);
	await expectRestored(session);
});

it('leaves with --exit-when-done as soon as the run is finished', async () => {
	const folder = folderWith({'spec.yaml': specOf(5)});
	const session = startOnScreen(['spec.yaml', '--simulate', '--exit-when-done'], {cwd: folder});
	expect((await session.exited).exitCode).toBe(0);
	await expectRestored(session);
	expect(resultsOf(folder)).toHaveLength(5);
});

it('waits for a person when a queue is held, and says why', async () => {
	const folder = folderWith({'spec.yaml': specOf(10)});
	const args = ['spec.yaml', '--simulate=auth_after=3', '--concurrency', '2'];
	const session = startOnScreen(args, {cwd: folder});
	await session.shows('HELD');
	await session.shows('401');
	session.type('q');
	expect((await session.exited).exitCode).toBe(130);
	await expectRestored(session);
});

it('shows a mistake of the user’s below the terminal as it was, and ends with 2', async () => {
	const folder = folderWith({'spec.yaml': 'model: gpt-4o-mini\npromts: Hi\n'});
	const session = startOnScreen(['spec.yaml', '--simulate'], {cwd: folder});
	expect((await session.exited).exitCode).toBe(2);
	await session.shows('spec.yaml:2:1');
	expect(session.terminal.buffer.active.type).toBe('normal');
	expect(session.output()).not.toMatch(/^\s+at /m);
	expect(readdirSync(folder)).toEqual(['spec.yaml']);
});
