import path from 'node:path';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {type Alert, type AlertMemory, alertsOf, alertsOfEnd} from '../view/alerts.ts';
import type {RunEnd} from '../view/run.ts';
import type {RunSnapshot} from '../view/snapshot.ts';
import {exitCodeOf} from './exit-code.ts';
import {hookEnvironment, hookOf} from './hook-environment.ts';
import {resultFilesIn} from './result-files-in.ts';
import {runCommand} from './run-command.ts';
import type {StartedRun} from './start-run.ts';

/** Hooks that still run when the session has ended are waited for so long. */
const hookPatienceMs = 10_000;

/**
 * Runs the spec's commands on its events, beside the run and without any say in it: no terminal, a process group of
 * their own, no keys. Resolves when the run has ended and the hooks with it, to a sentence for each that failed. The
 * work on the results is waited for however long it takes: whoever started the run wants what it makes.
 */
export async function runHooks(run: StartedRun): Promise<readonly string[]> {
	const {commands, postprocess, folder, keyVariables} = run.hooks;
	if (postprocess === null && Object.values(commands).every(command => command === undefined)) {
		await run.finished.catch(() => {});
		return [];
	}

	const first = run.getSnapshot();
	const directory = path.resolve(run.begin.directory);
	const problems: string[] = [];
	const atWork = new Set<Promise<void>>();
	let postprocessing: Promise<void> = Promise.resolve();
	let memory: AlertMemory = alertsOf(null, first).memory;

	function fire(alert: Alert, snapshot: RunSnapshot, end: RunEnd | null): void {
		if (alert === 'done') {
			startPostprocess(snapshot, end);
		}

		const event = hookOf(alert);
		const command = commands[event];
		if (command !== undefined) {
			const work = runCommand(command, folder, environment(alert, snapshot, end)).then(problem => {
				atWork.delete(work);
				tell(event, problem);
			});
			atWork.add(work);
		}
	}

	/** One after the other: a person may have sent some requests again while it was at work. */
	function startPostprocess(snapshot: RunSnapshot, end: RunEnd | null): void {
		if (postprocess !== null) {
			postprocessing = postprocessing
				.then(async () => runCommand(postprocess.command, folder, environment(null, snapshot, end)))
				.then(problem => tell('postprocess', problem));
		}
	}

	function environment(alert: Alert | null, snapshot: RunSnapshot, end: RunEnd | null) {
		const failed = snapshot.report?.requests.failed ?? 0;
		const isDone = alert === 'done' || alert === null;
		const exitCode = end ? exitCodeOf(end) : isDone ? Math.min(1, failed) : null;
		const files = resultFilesIn(directory);
		return hookEnvironment(process.env, keyVariables, {alert, directory, files, exitCode, snapshot});
	}

	function tell(event: string, problem: string | null): void {
		if (problem !== null) {
			warn(`the hook of \`${event}\` ${problem}; the run is none the worse for it`);
		}
	}

	function warn(problem: string): void {
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

		if (postprocess?.when === 'always' && (end.reason !== 'done' || !isNews)) {
			startPostprocess(run.getSnapshot(), end);
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
		warn('a hook still runs after 10 s and is left to itself');
	}

	await postprocessing;
	return problems;
}
