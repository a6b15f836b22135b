import process from 'node:process';
import {closingLines} from '../headless/closing-lines.ts';
import {exitCodeOf} from './exit-code.ts';
import {type Flags, numberFlag} from './flags.ts';
import {showInPager} from './pager.ts';
import {rememberRun} from './preferences.ts';
import type {RunOptions} from './run-options.ts';
import {handleSignals} from './signals.ts';
import {startWorkerRun} from './worker-run.ts';

/** A run on the full screen: the engine's thread is on its way before Ink is loaded. */
export async function runFullScreen(
	options: RunOptions,
	flags: Flags,
	resumeCommand: string,
): Promise<number> {
	const run = startWorkerRun(options);
	const leave = new AbortController();
	const ignore = handleSignals(run, leave);
	const {env, stdin, stdout} = process;
	const color = flags.color && !env.NO_COLOR;
	// Read by Ink and chalk on import: Ink takes a set CI for a reason not to draw, chalk even CI=false for one not to
	// colour, and node warns on the screen where NO_COLOR meets FORCE_COLOR. All that was decided before.
	env.CI = 'false';
	env.FORCE_COLOR = color ? '1' : '0';
	delete env.NO_COLOR;

	const {startScreen} = await import('../ui/start-screen.tsx');
	try {
		const {end} = await startScreen({
			run,
			env,
			stdin,
			stdout: stdout as NodeJS.WriteStream & {readonly fd: number},
			fps: numberFlag('--fps', flags.fps, {min: 1, integer: false}),
			ascii: flags.ascii,
			color,
			readonly: false,
			exitWhenDone: flags.exitWhenDone,
			pager: showInPager,
			leave: leave.signal,
		});
		stdout.write(`${closingLines(end, resumeCommand).join('\n')}\n`);
		await rememberRun(end.directory, options.specPath);
		return exitCodeOf(end);
	} finally {
		ignore();
	}
}
