import path from 'node:path';
import type Conf from 'conf';

/** A run as the list of recent runs shows it. Paths are absolute: the list is the user's, not the run's. */
export type RecentRun = {readonly directory: string; readonly specPath: string; readonly at: string};

type Preferences = {recentRuns: RecentRun[]};

const mostRecentRuns = 20;

/** Null where no preferences can be kept, e.g. in a read-only home. */
async function open(): Promise<Conf<Preferences> | null> {
	const {default: Store} = await import('conf');
	try {
		return new Store<Preferences>({
			projectName: 'promptbatch-tui',
			projectSuffix: '',
			defaults: {recentRuns: []},
			configFileMode: 0o600,
			// A file that somebody broke must not keep a run from starting.
			clearInvalidConfig: true,
		});
	} catch {
		return null;
	}
}

export async function recentRuns(): Promise<readonly RecentRun[]> {
	return (await open())?.get('recentRuns') ?? [];
}

/** Puts a run at the top of the list. Headless runs are not listed: they write no preferences. */
export async function rememberRun(directory: string, specPath: string): Promise<void> {
	const preferences = await open();
	const run = {
		directory: path.resolve(directory),
		specPath: path.resolve(specPath),
		at: new Date().toISOString(),
	};
	try {
		const others = preferences?.get('recentRuns').filter(other => other.directory !== run.directory) ?? [];
		preferences?.set('recentRuns', [run, ...others].slice(0, mostRecentRuns));
	} catch {
		// A read-only home costs the list, nothing else.
	}
}
