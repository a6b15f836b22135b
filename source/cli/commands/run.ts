import process from 'node:process';
import {chooseDisplay} from '../display.ts';
import {faceLookOf} from '../face-look.ts';
import type {Flags} from '../flags.ts';
import {readPreferences} from '../preferences.ts';
import {resumeCommandOf} from '../resume-command.ts';
import {runOptionsOf} from '../run-options-of.ts';
import {sayAside} from '../say-aside.ts';

/** Runs a spec, or resumes it. */
export async function run(specPath: string, flags: Flags): Promise<number> {
	const {env, stdin, stdout} = process;
	const {preferences, problem} = await readPreferences();
	// Ink would heed the variable by itself, and draw neither panes nor lines.
	const isSpoken = flags.screenReader || env.INK_SCREEN_READER === 'true';
	const display = chooseDisplay({
		flag: flags.display,
		preferred: preferences.display,
		isSpoken,
		env,
		stdinIsTty: stdin.isTTY === true,
		stdoutIsTty: stdout.isTTY === true,
	});
	const {look, problems} = faceLookOf(preferences);
	const warnings = [...(problem === null ? [] : [problem]), ...(display === 'full' ? problems : [])];
	const options = {...runOptionsOf(specPath, flags, display === 'full'), warnings};

	if (flags.dryRun) {
		return (await import('./others.ts')).dryRun(options, flags);
	}

	if (flags.wipeFailed || flags.wipeRequests || flags.wipeTask) {
		const exitCode = await (await import('./others.ts')).wipeBeforeRun(options, flags);
		if (exitCode !== null) {
			return exitCode;
		}
	}

	if (options.noRun) {
		return (await import('../open-without-running.ts')).openWithoutRunning(options, flags, display);
	}

	const resumeCommand = resumeCommandOf(options);
	if (display === 'json' || display === 'none') {
		warnings.forEach(sayAside);
	}

	return display === 'full'
		? (await import('../run-full-screen.ts')).runFullScreen({
				options,
				flags,
				preferences,
				look,
				isSpoken,
				resumeCommand,
			})
		: (await import('../run-headless.ts')).runHeadless(options, display, resumeCommand);
}
