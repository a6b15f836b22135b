import {type ChildProcess, spawn} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, onTestFinished} from 'vitest';

/** The program as it ships. */
export const cliFile = path.resolve('dist/cli.js');

if (!existsSync(cliFile)) {
	throw new Error('dist/cli.js is missing: these tests run the bundle. Run `npm run build` first.');
}

export type CliEnd = {
	/** Null when a signal ended the process. */
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
};

/** The program at work, started by a test. */
export type CliProcess = {
	readonly pid: number;
	stdout(): string;
	stderr(): string;
	kill(signal: NodeJS.Signals): void;
	/** Waits until the process says so on stdout or stderr; fails when it ends or is silent for too long. */
	says(text: string): Promise<void>;
	/** Resolves when the process has ended and its output is read. */
	readonly ended: Promise<CliEnd>;
};

export type CliOptions = {
	readonly cwd: string;
	/** Added to an environment without keys, proxies, CI or display settings. */
	readonly env?: NodeJS.ProcessEnv;
	/** What a shell does first, in the process that becomes the program: `ulimit -f 8`. */
	readonly before?: string;
	/** A program that runs it, with its own words: `strace`, `faketime`. */
	readonly under?: readonly string[];
};

const deadlineMs = 20_000;

const home = mkdtempSync(path.join(os.tmpdir(), 'promptbatch-home-'));
afterAll(() => rmSync(home, {recursive: true, force: true}));

/** What the tests' own surroundings must not decide. Variables set to undefined are not passed on. */
export function cliEnvironment(env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
	const inherited = Object.entries(process.env).filter(
		([name]) =>
			!/^(openai_|promptbatch_|no_color$|force_color$|ci$|term$|.*_proxy$|vitest|node_)/i.test(name),
	);
	return {
		...Object.fromEntries(inherited),
		HOME: home,
		XDG_CONFIG_HOME: home,
		TERM: 'xterm-256color',
		...env,
	};
}

/** Starts the program. It ends with the test at the latest. */
export function startCli(args: readonly string[], options: CliOptions): CliProcess {
	const program = [...(options.under ?? []), process.execPath, cliFile, ...args];
	const {before} = options;
	const [file, ...words] = before ? ['sh', '-c', `${before}; exec "$@"`, 'sh', ...program] : program;
	const child = spawn(file!, words, {
		cwd: options.cwd,
		env: cliEnvironment(options.env),
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	onTestFinished(() => void child.kill('SIGKILL'));
	return watch(child);
}

/** Runs the program to its end. */
export async function runCli(args: readonly string[], options: CliOptions): Promise<CliEnd> {
	return startCli(args, options).ended;
}

function watch(child: ChildProcess): CliProcess {
	let stdout = '';
	let stderr = '';
	child.stdout?.setEncoding('utf8').on('data', (text: string) => {
		stdout += text;
	});
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		stderr += text;
	});
	let isOver = false;
	const ended = new Promise<CliEnd>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code, signal) => {
			isOver = true;
			resolve({code, signal, stdout, stderr});
		});
	});
	const has = (text: string) => stdout.includes(text) || stderr.includes(text);

	return {
		pid: child.pid ?? 0,
		stdout: () => stdout,
		stderr: () => stderr,
		kill: signal => void child.kill(signal),
		async says(text) {
			await until(() => has(text) || isOver, `“${text}” in the output`);
			if (!has(text)) {
				throw new Error(`the process ended without saying “${text}”:\n${stdout}${stderr}`);
			}
		},
		ended,
	};
}

/** Asks every few milliseconds until it holds; fails by the deadline with what it waited for. */
export async function until(holds: () => boolean, what: string, withinMs = deadlineMs): Promise<void> {
	const giveUpAt = performance.now() + withinMs;
	while (!holds()) {
		if (performance.now() > giveUpAt) {
			throw new Error(`not within ${withinMs} ms: ${what}`);
		}

		await new Promise(resolve => setTimeout(resolve, 5));
	}
}
