import {statSync} from 'node:fs';
import type {RunState} from '../domain/state.ts';
import {UserError} from '../domain/user-error.ts';
import {loadState} from '../store/load-state.ts';
import {kindOf, type RunDirectory, runDirectory} from '../store/run-directory.ts';
import {openStateFile} from '../store/state-file.ts';
import {runPathOf} from './run-path.ts';
import {toolVersion} from './tool-version.ts';

export type ReadRun = {
	readonly directory: RunDirectory;
	readonly state: RunState;
	readonly notices: readonly string[];
};

/** Looks at a run without touching it, also while another process runs it. `target`: its spec or its directory. */
export async function readRun(target: string, dir: string | null): Promise<ReadRun> {
	const directory = runDirectoryOf(target, dir);
	const notices: string[] = [];
	const state = await loadState(directory, openStateFile(directory.state, toolVersion), {
		readOnly: true,
		onNotice: message => notices.push(message),
	});
	return {directory, state, notices};
}

/** The run directory that is meant; one that holds no run is the user's mistake. */
export function runDirectoryOf(target: string, dir: string | null): RunDirectory {
	const folder = dir ?? (isFolder(target) ? target : runPathOf(target, null));
	const directory = runDirectory(folder);
	if (kindOf(directory) !== 'run') {
		throw new UserError(
			`${folder} holds no run.`,
			`promptbatch-tui ${target} starts one; --dir names another folder.`,
		);
	}

	return directory;
}

function isFolder(target: string): boolean {
	return statSync(target, {throwIfNoEntry: false})?.isDirectory() ?? false;
}
