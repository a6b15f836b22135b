import process from 'node:process';
import {createInterface} from 'node:readline/promises';
import {buildReport} from '../../view/build-report.ts';
import {count} from '../../view/format.ts';
import {safeText} from '../../view/safe-text.ts';
import {chooseDisplay} from '../display.ts';
import type {Flags} from '../flags.ts';
import {help} from '../help.ts';
import {type RecentRun, recentRuns} from '../preferences.ts';
import {readRun} from '../read-run.ts';
import {systemClock} from '../system-clock.ts';

/** Lists the recent runs with their state; in a terminal, opens the one whose number is typed. */
export async function recent(flags: Flags): Promise<number> {
	const runs = await recentRuns();
	if (runs.length === 0) {
		process.stdout.write(`No runs yet.\n${help}`);
		return 0;
	}

	const lines = await Promise.all(runs.map(async (run, position) => describe(run, position + 1)));
	process.stdout.write(`${lines.map(line => safeText(line)).join('\n')}\n`);
	const {env, stdin, stdout} = process;
	const display = chooseDisplay({
		flag: flags.display,
		env,
		stdinIsTty: stdin.isTTY === true,
		stdoutIsTty: stdout.isTTY === true,
	});
	if (display !== 'full') {
		return 0;
	}

	const prompt = createInterface({input: stdin, output: stdout});
	const answer = await prompt.question('Open which? (number, or enter for none) ');
	prompt.close();
	const chosen = runs[Number(answer) - 1];
	if (!chosen) {
		return 0;
	}

	const {state} = await readRun(chosen.directory, null);
	const simulate = state.simulated === null ? {} : {simulate: ''};
	return (await import('./run.ts')).run(chosen.specPath, {...flags, ...simulate, dir: chosen.directory});
}

async function describe({directory, specPath}: RecentRun, position: number): Promise<string> {
	const place = `${String(position).padStart(2)}  ${specPath}`;
	try {
		const {state} = await readRun(directory, null);
		const {requests} = buildReport(state, systemClock.now());
		const standing = requests.pending === 0 ? 'finished' : state.paused ? 'paused' : 'unfinished';
		return `${place}  ${standing}  ${count(requests.done)}/${count(requests.total)} done, ${count(requests.failed)} failed${state.simulated === null ? '' : '  simulated'}`;
	} catch {
		return `${place}  its run directory is gone`;
	}
}
