import {rm} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {afterAll, afterEach, beforeAll, describe, expect, it, vi} from 'vitest';
import {bundleProgram, type PtySession, startInPty} from './pty-session.ts';

let program: string;
beforeAll(async () => {
	program = await bundleProgram(path.join(import.meta.dirname, 'terminal-program.ts'));
});
afterAll(() => rm(path.dirname(program), {recursive: true}));

const sessions: PtySession[] = [];
afterEach(() => {
	for (const session of sessions.splice(0)) session.close();
});

async function start(...args: string[]): Promise<PtySession> {
	const session = startInPty(process.execPath, [program, ...args]);
	sessions.push(session);
	await session.shows('inside');
	return session;
}

async function startInShell(): Promise<PtySession> {
	const session = startInPty('sh', ['-i'], {env: {PS1: 'shell> ', ENV: ''}});
	sessions.push(session);
	await session.shows('shell> ');
	session.type(`"${process.execPath}" "${program}"\r`);
	await session.shows('inside');
	return session;
}

const times = (session: PtySession, sequence: string): number => session.output().split(sequence).length - 1;

/** The terminal is as it was before `enter`. */
async function expectRestored(session: PtySession): Promise<void> {
	await session.shows('before');
	const {terminal} = session;
	expect(terminal.buffer.active.type).toBe('normal');
	expect(terminal.modes.wraparoundMode).toBe(true);
	expect(terminal.modes.bracketedPasteMode).toBe(false);
	expect(terminal.modes.mouseTrackingMode).toBe('none');
	expect(session.output().lastIndexOf('\u001b[?25h')).toBeGreaterThan(
		session.output().lastIndexOf('\u001b[?25l'),
	);
	expect(times(session, '\u001b[?1049l')).toBe(times(session, '\u001b[?1049h'));
}

it('takes the alternate screen without wrap, with bracketed paste and a hidden cursor', async () => {
	const session = await start();
	expect(session.terminal.buffer.active.type).toBe('alternate');
	expect(session.terminal.modes.wraparoundMode).toBe(false);
	expect(session.terminal.modes.bracketedPasteMode).toBe(true);
	expect(session.output()).toContain('\u001b[?25l');
});

describe('gives the terminal back', () => {
	it('when it is left, and the process ends by itself', async () => {
		const session = await start();
		session.type('q');
		expect((await session.exited).exitCode).toBe(0);
		await expectRestored(session);
	});

	it('on process.exit', async () => {
		const session = await start();
		session.type('x');
		expect((await session.exited).exitCode).toBe(3);
		await expectRestored(session);
	});

	it('on SIGTERM, through the exit of its handler', async () => {
		const session = await start();
		process.kill(session.pid, 'SIGTERM');
		expect((await session.exited).exitCode).toBe(143);
		await expectRestored(session);
	});

	it('on an uncaught error, and prints it cleaned on the main screen, with exit code 70', async () => {
		const session = await start();
		session.type('e');
		expect((await session.exited).exitCode).toBe(70);
		await expectRestored(session);
		await session.shows('Error: broken ␛[2J answer');
		await session.shows('    at ');
	});

	it('on an unhandled rejection', async () => {
		const session = await start();
		session.type('r');
		expect((await session.exited).exitCode).toBe(70);
		await expectRestored(session);
		await session.shows('Error: rejected');
	});

	it('before a crash is handed on, so that the run can be saved', async () => {
		const session = await start('--drain');
		session.type('e');
		expect((await session.exited).exitCode).toBe(71);
		await expectRestored(session);
		await session.shows('draining');
	});

	it('once, however often it is asked to', async () => {
		const session = await start();
		session.type('l');
		await expectRestored(session);
		expect(times(session, '\u001b[?1049l')).toBe(1);
	});

	it('with line editing as it was', async () => {
		const session = startInPty('sh', ['-c', `"${process.execPath}" "${program}"; stty -a`]);
		sessions.push(session);
		await session.shows('inside');
		session.type('x');
		await session.shows('icanon');
		expect(session.output()).toMatch(/[^-]icanon/);
		expect(session.output()).toMatch(/[^-]echo\b/);
	});
});

describe('ctrl-z', () => {
	it('stops the job with the terminal restored, and fg takes the screen again', async () => {
		const session = await startInShell();
		session.type('z');
		await session.shows('Stopped');
		await expectRestored(session);
		session.type('echo $((40 + 2))\r');
		await session.shows('42');
		session.type('fg\r');
		await session.shows('resumes 1');
		expect(session.terminal.buffer.active.type).toBe('alternate');
		session.type('k');
		await session.shows('key k');
		await session.shows('resumes 1');
		session.type('x');
		await session.shows('shell> ');
		await expectRestored(session);
	});

	it('comes back by itself where nobody could send fg', async () => {
		const session = await start();
		session.type('z');
		await session.shows('resumes 1');
		session.type('k');
		await session.shows('key k');
		session.type('q');
		expect((await session.exited).exitCode).toBe(0);
		await expectRestored(session);
	});
});

it('repaints after a stop from outside', async () => {
	const session = await start();
	process.kill(session.pid, 'SIGSTOP');
	session.terminal.write('\u001b[2Jgarbage');
	process.kill(session.pid, 'SIGCONT');
	await session.shows('resumes 1');
	await vi.waitFor(() => expect(session.rows().join()).not.toContain('garbage'));
	expect(times(session, '\u001b[?1049h')).toBe(1);
});
