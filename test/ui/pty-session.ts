import {mkdtemp} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import {build} from 'esbuild';
import {expect, vi} from 'vitest';

/** A program in a real pseudo terminal, and what a person in front of it sees. */
export type PtySession = {
	readonly pid: number;
	readonly terminal: xterm.Terminal;
	/** Everything that was written, as it was written. */
	output(): string;
	/** The rows of the screen that is shown now, main or alternate. */
	rows(): readonly string[];
	type(text: string): void;
	resize(columns: number, rows: number): void;
	/** Waits until the screen shows a text. */
	shows(text: string): Promise<void>;
	readonly exited: Promise<{readonly exitCode: number; readonly signal: number | undefined}>;
	/** Ends what is still running. */
	close(): void;
};

const deadlineMs = 10_000;
const lastOutputMs = 400;

type Closing = {readonly _socket: {destroy(): void}};

/** node-pty reads for 200 ms after a program has ended; on a busy machine the kernel hands its last output over later. */
function readLonger(child: pty.IPty): void {
	const {_socket: socket} = child as unknown as Closing;
	const destroy = socket.destroy.bind(socket);
	socket.destroy = () => setTimeout(destroy, lastOutputMs);
}

export function startInPty(
	file: string,
	args: readonly string[],
	options: {readonly columns?: number; readonly rows?: number; readonly env?: NodeJS.ProcessEnv} = {},
): PtySession {
	const {columns = 80, rows = 24, env = {}} = options;
	const terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
	const child = pty.spawn(file, [...args], {
		name: 'xterm-256color',
		cols: columns,
		rows,
		env: {...process.env, ...env},
	});
	readLonger(child);
	let output = '';
	child.onData(data => {
		output += data;
		terminal.write(data);
	});
	let isOver = false;
	const exited = new Promise<{exitCode: number; signal: number | undefined}>(resolve => {
		child.onExit(({exitCode, signal}) => {
			isOver = true;
			resolve({exitCode, signal});
		});
	});

	const visibleRows = (): readonly string[] => {
		const buffer = terminal.buffer.active;
		return Array.from(
			{length: terminal.rows},
			(_, y) => buffer.getLine(buffer.baseY + y)?.translateToString(true) ?? '',
		);
	};

	return {
		pid: child.pid,
		terminal,
		output: () => output,
		rows: visibleRows,
		type: text => child.write(text),
		resize(newColumns, newRows) {
			child.resize(newColumns, newRows);
			terminal.resize(newColumns, newRows);
		},
		shows: text =>
			vi.waitFor(() => expect(visibleRows().join('\n')).toContain(text), {timeout: deadlineMs, interval: 10}),
		exited,
		close() {
			if (!isOver) child.kill('SIGKILL');
		},
	};
}

/** Bundles a TypeScript program of the tests so that node can run it; returns the path. */
export async function bundleProgram(source: string): Promise<string> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'promptbatch-tui-test-'));
	const outfile = path.join(folder, 'program.mjs');
	await build({
		entryPoints: [source],
		outfile,
		bundle: true,
		platform: 'node',
		format: 'esm',
		target: 'node20.19',
		jsx: 'automatic',
		logLevel: 'error',
	});
	return outfile;
}
