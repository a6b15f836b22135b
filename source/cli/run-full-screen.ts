import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {closingLines} from '../headless/closing-lines.ts';
import {bellOf} from '../ui/bell.ts';
import {type AlertMemory, alertsOf} from '../view/alerts.ts';
import type {Run} from '../view/run.ts';
import type {Preferences} from './check-preferences.ts';
import {divertWarnings} from './divert-output.ts';
import {exitCodeOf} from './exit-code.ts';
import type {FaceLook} from './face-look.ts';
import {type Flags, numberFlag} from './flags.ts';
import {showInPager} from './pager.ts';
import {rememberRun} from './preferences.ts';
import {printError} from './print-error.ts';
import type {RunOptions} from './run-options.ts';
import {runPathOf} from './run-path.ts';
import {sayAside} from './say-aside.ts';
import {settleHooks} from './settle-hooks.ts';
import {handleSignals, patienceMs} from './signals.ts';
import {startWorkerRun} from './worker-run.ts';

export type FullScreenOptions = {
	readonly options: RunOptions;
	readonly flags: Flags;
	readonly preferences: Preferences;
	readonly look: FaceLook;
	/** Lines that can be read aloud instead of panes. */
	readonly isSpoken: boolean;
	readonly resumeCommand: string;
};

/** Loading conf and its fsync would hold up the first frames. */
const untilRememberedMs = 1000;

/** A run that a person steers: the engine's thread is on its way before Ink is loaded. */
export async function runFullScreen(screen: FullScreenOptions): Promise<number> {
	const {options, flags, preferences, look, isSpoken, resumeCommand} = screen;
	const {env, stdin, stdout} = process;
	const fps = numberFlag('--fps', flags.fps, {min: 1, integer: false}) ?? preferences.fps;
	const warned: string[] = [];
	divertWarnings(text => warned.push(text));
	const run = startWorkerRun(options);
	const leave = new AbortController();
	const detach = new AbortController();
	const signals = handleSignals(run, {
		onLeave: () => leave.abort(),
		onDetach: options.onHangUp === 'continue' ? () => detach.abort() : null,
	});
	const color = flags.color && !env.NO_COLOR;
	// Read by Ink and chalk on import: Ink takes a set CI for a reason not to draw, chalk even CI=false for one not to
	// colour, and node warns on the screen where NO_COLOR meets FORCE_COLOR. All that was decided before.
	env.CI = 'false';
	env.FORCE_COLOR = color ? '1' : '0';
	delete env.NO_COLOR;
	delete env.INK_SCREEN_READER;

	const face = {
		run,
		env,
		stdin,
		stdout: stdout as NodeJS.WriteStream & {readonly fd: number},
		fps,
		ascii: flags.ascii || preferences.ascii,
		color,
		readonly: flags.readonly,
		...look,
		exitWhenDone: flags.exitWhenDone,
		leave: leave.signal,
		detach: detach.signal,
		pager: showInPager,
		onGone: signals.hangUp,
	};
	const silence = preferences.bell && !isSpoken ? ringFor(run, stdout) : () => {};
	const closing = new AbortController();
	const remembered = whenOpen(run, async name => {
		await delay(untilRememberedMs, undefined, {signal: closing.signal}).catch(() => {});
		await rememberRun(runPathOf(options.specPath, options.dir), options.specPath, name);
	});
	try {
		const {end: shown} = isSpoken
			? await (await import('../ui/line-face.ts')).startLines(face)
			: await (await import('../ui/start-screen.tsx')).startScreen(face);
		silence();
		// Without a screen the run goes on until its end, and nothing is written to a terminal that is gone.
		const end = shown ?? (await run.finished);
		const problems = await settleHooks(run.settled);
		if (!detach.signal.aborted) {
			stdout.write(`${closingLines(end, resumeCommand).join('\n')}\n`);
			[...warned, ...problems].forEach(sayAside);
		}

		closing.abort();
		await remembered;
		await rememberRun(end.directory, options.specPath, run.getSnapshot()?.name ?? null);
		return exitCodeOf(end);
	} catch (error) {
		silence();
		await letSave(run);
		throw error;
	} finally {
		signals.ignore();
	}
}

/** After a crash of the face: the engine is well, so it ends what is in flight and saves. */
async function letSave(run: Run): Promise<void> {
	process.once('uncaughtException', error => process.exit(printError(error)));
	run.send({type: 'drain', patienceMs, cause: 'quit'});
	const givenUp = new AbortController();
	// What was aborted still has to be written.
	const longest = delay(2 * patienceMs, undefined, {signal: givenUp.signal});
	await Promise.race([run.finished.catch(() => {}), longest.catch(() => {})]);
	givenUp.abort();
}

/** Calls whoever looks elsewhere. Returns the way to stop. */
function ringFor(run: Run, stdout: NodeJS.WriteStream): () => void {
	let memory: AlertMemory = null;
	return run.subscribe(() => {
		const snapshot = run.getSnapshot();
		if (snapshot) {
			const next = alertsOf(memory, snapshot);
			memory = next.memory;
			const sequence = bellOf(next.alerts);
			if (sequence !== '') {
				stdout.write(sequence);
			}
		}
	});
}

/** Does something once the run's directory is open. */
async function whenOpen(run: Run, act: (name: string) => Promise<void>): Promise<void> {
	return new Promise(resolve => {
		const unsubscribe = run.subscribe(() => {
			const snapshot = run.getSnapshot();
			if (snapshot) {
				unsubscribe();
				resolve(act(snapshot.name));
			}
		});
	});
}
