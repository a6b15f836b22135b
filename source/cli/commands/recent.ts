import process from 'node:process';
import {createInterface} from 'node:readline/promises';
import {plural} from '../../view/format.ts';
import {chooseDisplay} from '../display.ts';
import type {Flags} from '../flags.ts';
import {help} from '../help.ts';
import {forgetRuns, readPreferences, recentRuns} from '../preferences.ts';
import {type FoundRun, findRun, recentLines} from '../recent-lines.ts';
import {sayAside} from '../say-aside.ts';
import {systemClock} from '../system-clock.ts';

type OpenRun = (specPath: string, flags: Flags) => Promise<number>;

/** Lists the recent runs with their state; in a terminal, opens the one whose number is typed. */
export async function recent(flags: Flags, open: OpenRun): Promise<number> {
	const {preferences, problem} = await readPreferences();
	if (problem !== null) {
		sayAside(problem);
	}

	const listed = recentRuns(preferences);
	if (listed.length === 0) {
		process.stdout.write(`No runs yet.\n${help}`);
		return 0;
	}

	const now = systemClock.now();
	const runs = await Promise.all(listed.map(async run => findRun(run, now)));
	process.stdout.write(`${recentLines(runs).join('\n')}\n`);
	const {env, stdin, stdout} = process;
	const display = chooseDisplay({
		flag: flags.display,
		preferred: preferences.display,
		isSpoken: flags.screenReader,
		env,
		stdinIsTty: stdin.isTTY === true,
		stdoutIsTty: stdout.isTTY === true,
	});
	return display === 'full' ? choose(runs, flags, open) : 0;
}

async function choose(runs: readonly FoundRun[], flags: Flags, open: OpenRun): Promise<number> {
	const gone = runs.filter(({isGone}) => isGone).map(({run}) => run.directory);
	const forget = gone.length > 0 ? ', f forgets what is gone' : '';
	const answer = (await ask(`Open which? (number${forget}, or enter for none) `)).trim();
	if (answer === 'f' && gone.length > 0) {
		await forgetRuns(gone);
		process.stdout.write(`${plural(gone.length, 'run')} forgotten.\n`);
		return 0;
	}

	if (answer === '') {
		return 0;
	}

	const chosen = runs[Number(answer) - 1];
	if (!chosen) {
		sayAside(`“${answer}” is no number of the list.`);
		return 2;
	}

	if (chosen.isGone) {
		sayAside(`${chosen.run.directory} is gone: there is nothing to open.`);
		return 2;
	}

	const simulate = chosen.simulated ? {simulate: ''} : {};
	const {specPath, directory} = chosen.run;
	return open(specPath, {...flags, ...simulate, dir: directory});
}

async function ask(question: string): Promise<string> {
	const prompt = createInterface({input: process.stdin, output: process.stdout});
	try {
		// ctrl-d and ctrl-c end the prompt without an answer.
		const closed = new Promise<string>(resolve => prompt.once('close', () => resolve('')));
		return await Promise.race([prompt.question(question), closed]);
	} finally {
		prompt.close();
	}
}
