import path from 'node:path';
import {parseFlags} from '../../source/cli/flags.ts';
import {runOptionsOf} from '../../source/cli/run-options-of.ts';
import {startRun} from '../../source/cli/start-run.ts';

/** Runs the `spec.yaml` of a folder to its end in this process, with the keys of the folder's `.env`. */
export async function runHere(folder: string, args: readonly string[] = []) {
	const {flags} = parseFlags([...args, '--env-file', path.join(folder, '.env')]);
	const run = await startRun(runOptionsOf(path.join(folder, 'spec.yaml'), flags, false));
	return run.finished;
}
