import {spawn} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {type Alert, type AlertMemory, alertsOf, alertsOfEnd} from '../view/alerts.ts';
import type {RunEnd} from '../view/run.ts';
import type {RunSnapshot} from '../view/snapshot.ts';
import {exitCodeOf} from './exit-code.ts';
import {hookEnvironment, hookOf} from './hook-environment.ts';
import type {StartedRun} from './start-run.ts';

/** Hooks that still run when the session has ended are waited for so long. */
const hookPatienceMs = 10_000;

/**
 * Runs the spec's commands on its events, beside the run and without any say in it: no terminal, a process group of
 * their own, no keys. Resolves when the run has ended and the hooks with it, to a sentence for each that failed.
 */
export async function runHooks(run: StartedRun): Promise<readonly string[]> {
	const {hooks} = run;
	if (Object.values(hooks.commands).every(command => command === undefined)) {
		await run.finished.catch(() => {});
		return [];
	}

	const first = run.getSnapshot();
	const directory = path.resolve(run.begin.directory);
	const problems: string[] = [];
	const atWork = new Set<Promise<void>>();
	let memory: AlertMemory = alertsOf(null, first).memory;

	function fire(alert: Alert, snapshot: RunSnapshot, end: RunEnd | null): void {
		const event = hookOf(alert);
		const command = hooks.commands[event];
		if (command === undefined) {
			return;
		}

		const failed = snapshot.report?.requests.failed ?? 0;
		const exitCode = end ? exitCodeOf(end) : alert === 'done' ? Math.min(1, failed) : null;
		const env = hookEnvironment(process.env, hooks.keyVariables, {alert, directory, exitCode, snapshot});
		const work = runCommand(command, hooks.folder, env).then(problem => {
			atWork.delete(work);
			if (problem !== null) {
				tell(`the hook of \`${event}\` ${problem}; the run is none the worse for it`);
			}
		});
		atWork.add(work);
	}

	function tell(problem: string): void {
		problems.push(problem);
		run.notice('warn', problem);
	}

	const unsubscribe = run.subscribe(() => {
		const snapshot = run.getSnapshot();
		const next = alertsOf(memory, snapshot);
		memory = next.memory;
		for (const alert of next.alerts) {
			fire(alert, snapshot, null);
		}
	});
	try {
		const end = await run.finished;
		const isNews = end.reason !== 'done' || first.report === null;
		for (const alert of isNews ? alertsOfEnd(memory, end) : []) {
			fire(alert, run.getSnapshot(), end);
		}
	} catch {
		// The run is another's now, or a bug ended it: whoever awaits it says so.
	}

	unsubscribe();
	const patience = new AbortController();
	await Promise.race([
		Promise.all(atWork),
		delay(hookPatienceMs, undefined, {signal: patience.signal}).catch(() => {}),
	]);
	patience.abort();
	if (atWork.size > 0) {
		tell('a hook still runs after 10 s and is left to itself');
	}

	return problems;
}

/** Null when it went well. */
async function runCommand(
	command: string,
	cwd: string,
	env: {readonly [name: string]: string},
): Promise<string | null> {
	return new Promise(resolve => {
		// Detached: ctrl-c at the terminal is not meant for it, and it has no terminal to write to or read from.
		const child = spawn('sh', ['-c', command], {cwd, env, stdio: 'ignore', detached: true});
		// After the session only our patience waits for it.
		child.unref();
		child.once('error', error => resolve(`could not be run: ${error.message}`));
		child.once('exit', (code, signal) => {
			resolve(code === 0 ? null : `ended with ${code === null ? signal : `exit code ${code}`}`);
		});
	});
}
