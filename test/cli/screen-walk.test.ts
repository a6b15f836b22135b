import {setTimeout as delay} from 'node:timers/promises';
import {expect, it, vi} from 'vitest';
import type {PtySession} from '../ui/pty-session.ts';
import {until} from './cli-process.ts';
import {folderWith, journalOf, resultsOf, specOf} from './run-folder.ts';
import {expectRestored, startOnScreen} from './terminal.ts';

/** What comes right behind a paste counts as its end. */
const pasteTailMs = 200;

/** What each cell shows and how. Numbers move while one looks: any digit stands for another. */
function cellsOf({terminal}: PtySession): readonly string[] {
	const buffer = terminal.buffer.active;
	return Array.from({length: terminal.rows}, (_, y) => {
		const line = buffer.getLine(buffer.baseY + y)!;
		return Array.from({length: terminal.cols}, (_, x) => {
			const cell = line.getCell(x)!;
			const text = cell.getChars().replace(/\d/, '0') || ' ';
			return `${text}${cell.isInverse() ? '~' : ''}${cell.isFgPalette() ? cell.getFgColor() : ''}`;
		}).join('|');
	});
}

/** No stray and no stale cell: the screen is what a full repaint makes of it. */
async function expectFresh(session: PtySession): Promise<void> {
	await vi.waitFor(
		async () => {
			const before = cellsOf(session);
			const from = session.output().length;
			session.type('\u000c');
			// The repaint is held together by the terminal's own brackets.
			await until(() => session.output().slice(from).includes('\u001b[?2026l'), 'a repaint');
			await new Promise<void>(resolve => session.terminal.write('', resolve));
			expect(before).toEqual(cellsOf(session));
		},
		{timeout: 10_000, interval: 50},
	);
}

/** The answer to a question, once it could be read. */
async function confirm(session: PtySession, question: string): Promise<void> {
	await session.shows(question);
	await delay(250);
	session.type('y');
}

it('leaves no stale cell through resizes, filter, marks, wipe, undo, groups, a change and a paste', async () => {
	const folder = folderWith({
		'spec.yaml': specOf(60, 'guard: {max_pass_failures: 100}'),
	});
	const args = ['spec.yaml', '--simulate=seed=4,latency=80ms,refusal=30%,filter=10%', '--concurrency', '2'];
	const session = startOnScreen(args, {cwd: folder});
	await session.shows('RUNNING');
	await until(
		() => journalOf(folder).filter(event => event.type === 'attempt-failed').length >= 6,
		'failures',
	);
	session.type('p');
	await session.shows('PAUSED');
	for (const [columns, rows] of [
		[80, 24],
		[100, 30],
		[40, 12],
		[120, 40],
	] as const) {
		session.resize(columns, rows);
		await session.shows('PAUSED');
		await expectFresh(session);
	}

	session.type('/');
	await session.shows('│ /_');
	// As it arrives over a slow line: what comes in one piece is a paste, which a field takes.
	session.type('status:fai');
	await session.shows('/status:fai_');
	await delay(pasteTailMs);
	session.type('\r');
	await until(() => !session.rows().join('\n').includes('queued '), 'the filter');
	await expectFresh(session);
	session.type(' ');
	await session.shows('marked 1');
	session.type(' ');
	await session.shows('marked 2');
	await expectFresh(session);
	session.type('w');
	await confirm(session, 'Return 2 failed requests to the queue');
	await session.shows('wiped 2');
	await expectFresh(session);
	session.type('z');
	await session.shows('2 of 2 taken back');
	await expectFresh(session);
	session.type('\u001b');
	await delay(100);
	session.type('F');
	await session.shows('CAUSE');
	await expectFresh(session);
	session.type('c');
	await session.shows('Change group ');
	session.type('max_tokens=30');
	await session.shows('max_tokens=30_');
	await delay(pasteTailMs);
	session.type('\r');
	await confirm(session, 'with max_tokens=30');
	await session.shows('changed');
	await expectFresh(session);
	session.type('\r');
	await session.shows('≠');
	await expectFresh(session);
	session.type(
		Array.from({length: 200}, (_, line) => `line ${line} of a paste that is no command\n`).join(''),
	);
	await session.shows('pasted text ignored');
	await delay(pasteTailMs);
	await expectFresh(session);
	session.type('\u0003');
	await session.shows('ctrl-c again');
	session.type('\u0003');
	expect((await session.exited).exitCode).toBe(130);
	await expectRestored(session);
	const types = journalOf(folder).map(({type}) => type);
	expect(types).toEqual(
		expect.arrayContaining(['paused', 'requests-wiped', 'requests-restored', 'params-changed']),
	);
	expect(types.filter(type => type === 'requests-given-up')).toEqual([]);
}, 60_000);

it('D pulls the tail of a batch that stands still, and the run ends with it', async () => {
	const folder = folderWith({'spec.yaml': specOf(30, 'mode: batch\nbatch: {poll_s: 0.2}')});
	const session = startOnScreen(['spec.yaml', '--simulate=batch=1s,stuck=2'], {cwd: folder});
	await session.shows('WAITING');
	session.type('2');
	await session.shows('>#1 ');
	await until(
		() => journalOf(folder).some(event => event.type === 'batch-updated' && event.counts.completed === 28),
		'28 of 30 done by the batch',
	);
	session.type('D');
	await confirm(session, 'of batch #1 to direct');
	await session.shows('DONE');
	await expectFresh(session);
	session.type('q');
	expect((await session.exited).exitCode).toBe(0);
	await expectRestored(session);
	const byLane = resultsOf(folder).map(({mode}) => mode);
	expect(byLane.filter(mode => mode === 'batch')).toHaveLength(28);
	expect(byLane.filter(mode => mode === 'direct')).toHaveLength(2);
}, 60_000);

it('a finished run stays a tool: what failed is sent again, and its result files follow', async () => {
	const folder = folderWith({'spec.yaml': specOf(20)});
	const session = startOnScreen(['spec.yaml', '--simulate=seed=2,refusal=40%'], {cwd: folder});
	await session.shows('DONE');
	await until(() => journalOf(folder).some(({type}) => type === 'results-written'), 'the result files');
	const failed = 20 - resultsOf(folder).length;
	expect(failed).toBeGreaterThan(0);
	await session.shows('results.jsonl');
	session.type('1');
	await session.shows('[1 Queue');
	session.type('w');
	await confirm(session, `Return ${failed} failed request`);
	await until(
		() => journalOf(folder).filter(({type}) => type === 'results-written').length === 2,
		'the result files again',
	);
	expect(resultsOf(folder).length).toBeGreaterThan(20 - failed);
	session.type('q');
	const {exitCode} = await session.exited;
	expect(exitCode).toBe(resultsOf(folder).length === 20 ? 0 : 1);
	await expectRestored(session);
	expect(journalOf(folder).filter(({type}) => type === 'session-started')).toHaveLength(1);
}, 60_000);
