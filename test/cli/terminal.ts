import process from 'node:process';
import {expect, onTestFinished} from 'vitest';
import {type PtySession, startInPty} from '../ui/pty-session.ts';
import {cliEnvironment, cliFile, until} from './cli-process.ts';

export type TerminalOptions = {
	readonly cwd: string;
	readonly columns?: number;
	readonly rows?: number;
	readonly env?: NodeJS.ProcessEnv;
};

const displayVariables = ['CI', 'PROMPTBATCH_DISPLAY', 'NO_COLOR', 'FORCE_COLOR', 'OPENAI_API_KEY'];

/** The program on the full screen of a real pty. Its process is the pty's own, so that its pid takes signals. */
export function startOnScreen(args: readonly string[], options: TerminalOptions): PtySession {
	return inPty(`exec ${commandOf(args)}`, options);
}

/** The same, and then what the shell finds: the exit code and the terminal's settings. */
export function startBeforeShell(args: readonly string[], options: TerminalOptions): PtySession {
	return inPty(`${commandOf(args)}; echo "code $?"; stty -a; echo "the end"`, options);
}

function inPty(command: string, {cwd, columns = 120, rows = 40, env = {}}: TerminalOptions): PtySession {
	// The pty inherits the test's own variables and sets TERM: what decides about the display is put right by the shell.
	const exports = Object.entries(env).map(([name, value]) => `export ${name}='${value}'; `);
	const script = `unset ${displayVariables.join(' ')}; ${exports.join('')}cd '${cwd}' && ${command}`;
	const session = startInPty('sh', ['-c', script], {columns, rows, env: cliEnvironment()});
	onTestFinished(session.close);
	return session;
}

function commandOf(args: readonly string[]): string {
	return [process.execPath, cliFile, ...args].map(word => `'${word}'`).join(' ');
}

/** The terminal is as it was: main screen, cursor, wrapping, no mode left on, and the closing lines below. */
export async function expectRestored({terminal, output}: PtySession): Promise<void> {
	// The end of a process may be heard before its last output.
	const isLeft = () => output().lastIndexOf('\u001b[?1049l') > output().lastIndexOf('\u001b[?1049h');
	await until(isLeft, 'the main screen');
	await new Promise<void>(resolve => terminal.write('', resolve));
	const written = output();
	expect(terminal.buffer.active.type).toBe('normal');
	expect(terminal.modes.wraparoundMode).toBe(true);
	expect(terminal.modes.bracketedPasteMode).toBe(false);
	expect(terminal.modes.mouseTrackingMode).toBe('none');
	expect(terminal.modes.applicationCursorKeysMode).toBe(false);
	expect(written.lastIndexOf('\u001b[?25h')).toBeGreaterThan(written.lastIndexOf('\u001b[?25l'));
	const left = written.lastIndexOf('\u001b[?1049l');
	expect(written.slice(left + '\u001b[?1049l'.length), 'stray sequences').not.toContain('\u001b');
}

/** Line editing works in the shell afterwards: what `stty -a` prints. */
export function expectSaneLine({output}: PtySession): void {
	expect(output()).toMatch(/[^-]icanon/);
	expect(output()).toMatch(/[^-]echo\b/);
	expect(output()).toMatch(/[^-]isig/);
}
