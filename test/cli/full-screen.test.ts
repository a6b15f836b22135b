import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {describe, expect, it, vi} from 'vitest';
import {always, scriptedServer} from '../api/scripted-server.ts';
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

it('follows the size of the terminal, however often it changes', async () => {
	const simulator = await simulated('latency=100ms');
	const folder = folderWith({'spec.yaml': specOf(60)});
	const args = ['spec.yaml', '--base-url', simulator.url, '--concurrency', '2'];
	const session = startOnScreen(args, {cwd: folder, env, columns: 120, rows: 40});
	await session.shows('RUNNING');
	for (const [columns, rows] of [
		[80, 24],
		[200, 50],
		[20, 5],
		[100, 30],
	] as const) {
		session.resize(columns, rows);
		await delay(150);
	}

	await until(() => session.rows()[29]!.includes('quit'), 'the footer on the last row');
	await expectWholeFrame(session);
	session.type('\u0003');
	session.type('\u0003');
	expect((await session.exited).exitCode).toBe(130);
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

it('lets no answer write to the terminal: title, clipboard, cursor, colours, C1', async () => {
	const hostile = [
		'\u001b]0;OWNED-TITLE\u0007',
		'\u001b]52;c;T1dORUQ=\u0007',
		'\u001b[2J\u001b[H\u001b[31mRED\u001b[8m',
		'\u009b2J\u0090payload\u009c',
		'\u202egnp.exe\r\b\b\u0000end',
	].join('');
	const server = await scriptedServer((request, response) => {
		const choices = [{index: 0, message: {role: 'assistant', content: hostile}, finish_reason: 'stop'}];
		const usage = {prompt_tokens: 1, completion_tokens: 1, total_tokens: 2};
		const answer = request.body.includes('Say 1"')
			? always(400, {error: {message: hostile, type: 'x', code: hostile}})
			: always(200, {id: hostile.slice(0, 20), object: 'chat.completion', model: 'm', choices, usage});
		answer(request, response);
	});
	const folder = folderWith({'spec.yaml': specOf(3)});
	const session = startOnScreen(['spec.yaml', '--base-url', `${server.origin}/v1`], {cwd: folder, env});
	const titles: string[] = [];
	session.terminal.onTitleChange(title => titles.push(title));
	await session.shows('[2 Report]');
	session.type('1');
	await session.shows('[1 Queue');
	session.type('\r');
	await session.shows('OWNED-TITLE');
	// Through all tabs of an answer and of an error.
	for (const key of [']', ']', ']', ']', '\u001b', 'j', '\r', ']', ']', ']', ']']) {
		session.type(key);
		await delay(100);
		await expectWholeFrame(session);
	}

	await expectWholeFrame(session);
	expect(titles.filter(title => title.includes('OWNED'))).toEqual([]);
	const written = session.output();
	for (const sequence of [
		'\u001b]0;OWNED',
		'\u001b]52;',
		'\u001b[2J',
		'\u001b[8m',
		'\u009b',
		'\u0090',
		'\u202e',
	]) {
		expect(written.includes(sequence), JSON.stringify(sequence)).toBe(false);
	}

	session.type('\u0003');
	expect((await session.exited).exitCode).toBe(1);
	await expectRestored(session);
	const results = readFileSync(path.join(folder, 'spec.promptbatch', 'results.jsonl'), 'utf8');
	expect(JSON.parse(results.split('\n')[0]!)).toMatchObject({text: hostile});
	expect(existsSync(path.join(folder, 'spec.promptbatch', 'lock'))).toBe(false);
});
