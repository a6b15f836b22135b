import {readFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type Conf from 'conf';
import {makePrivateFolder} from '../store/private-mode.ts';
import {checkPreferences, defaultPreferences, type Preferences, type RecentRun} from './check-preferences.ts';

type Stored = {[key: string]: unknown; recentRuns?: RecentRun[]};

const mostRecentRuns = 20;

/** What holds for every run of this user, and a sentence for the first thing that is wrong with it. */
export type ReadPreferences = {readonly preferences: Preferences; readonly problem: string | null};

/** Reads and never writes: a read-only home, or none, costs nothing. Without conf, which takes its time to load. */
export async function readPreferences(): Promise<ReadPreferences> {
	const file = preferencesFile();
	let text: string;
	try {
		text = await readFile(file, 'utf8');
	} catch {
		return {preferences: defaultPreferences, problem: null};
	}

	let stored: unknown = null;
	try {
		stored = JSON.parse(text);
	} catch {
		// Said below.
	}

	if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) {
		const problem = `${file} is no JSON object: defaults hold until it is mended.`;
		return {preferences: defaultPreferences, problem};
	}

	const {preferences, problems} = checkPreferences({...stored});
	const more = problems.length > 1 ? `, and ${problems.length - 1} more` : '';
	const problem =
		problems[0] === undefined
			? null
			: `${file}: ${problems[0]}${more}; the default holds until it is mended.`;
	return {preferences, problem};
}

/** Last used first. */
export function recentRuns({recentRuns: runs}: Preferences): readonly RecentRun[] {
	return runs.toSorted((one, other) => other.at.localeCompare(one.at));
}

/** Puts a run at the top of the list. Headless runs are not listed: they write no preferences. */
export async function rememberRun(directory: string, specPath: string, name: string | null): Promise<void> {
	const run = {
		directory: path.resolve(directory),
		// The spec of a run that came in through stdin is the run's own copy.
		specPath: specPath === '-' ? specPath : path.resolve(specPath),
		at: new Date().toISOString(),
		...(name === null ? {} : {name}),
	};
	await changeRecent(runs => [run, ...runs.filter(other => other.directory !== run.directory)]);
}

export async function forgetRuns(directories: readonly string[]): Promise<void> {
	await changeRecent(runs => runs.filter(({directory}) => !directories.includes(directory)));
}

async function changeRecent(change: (runs: readonly RecentRun[]) => readonly RecentRun[]): Promise<void> {
	try {
		const store = await open(preferencesFile());
		const {recentRuns: known} = checkPreferences(store.store).preferences;
		store.set('recentRuns', change(known).slice(0, mostRecentRuns));
	} catch {
		// A read-only home or a broken file costs the list, nothing else.
	}
}

/** Without defaults, which conf would write at once; a file that is no JSON throws rather than be emptied. */
async function open(file: string): Promise<Conf<Stored>> {
	const Store = await loadConf();
	// Whoever can write there decides what a number of the recent runs opens.
	makePrivateFolder(path.dirname(file));
	return new Store<Stored>({
		cwd: path.dirname(file),
		configName: path.basename(file, '.json'),
		configFileMode: 0o600,
	});
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * What conf writes files with sends every signal to the process a second time once it has heard it, and the second
 * one of ours ends a run at once. So it may not listen to them.
 */
async function loadConf(): Promise<typeof Conf> {
	const before = signals.map(signal => new Set(process.listeners(signal)));
	const {default: Store} = await import('conf');
	for (const [position, signal] of signals.entries()) {
		for (const listener of process.listeners(signal)) {
			if (!before[position]!.has(listener)) {
				process.off(signal, listener);
			}
		}
	}

	return Store;
}

/** Where conf keeps them by itself, known before it is loaded. */
export function preferencesFile(): string {
	const {XDG_CONFIG_HOME, APPDATA} = process.env;
	const home = os.homedir();
	const name = 'promptbatch-tui';
	switch (process.platform) {
		case 'darwin':
			return path.join(home, 'Library', 'Preferences', name, 'config.json');
		case 'win32':
			return path.join(APPDATA || path.join(home, 'AppData', 'Roaming'), name, 'Config', 'config.json');
		default:
			return path.join(XDG_CONFIG_HOME || path.join(home, '.config'), name, 'config.json');
	}
}
