import {readdir} from 'node:fs/promises';
import path from 'node:path';
import type {Manifest} from '../spec/manifest.ts';
import {readSpec} from '../spec/read-spec.ts';
import type {Spec} from '../spec/spec.ts';
import type {StdinFile} from '../spec/spec-files.ts';
import {runDirectory} from '../store/run-directory.ts';
import {readManifest} from './read-manifest.ts';
import type {RunOptions} from './run-options.ts';
import {runPathOf} from './run-path.ts';
import {standardInput} from './standard-input.ts';

/**
 * The spec that the command line names. What its run noted of its files spares reading them again. `stdin` is for
 * `-`, and only those may read it who start something: a status that waited for input would never come.
 */
export async function specAtHand(
	{specPath, dir, set}: Pick<RunOptions, 'specPath' | 'dir' | 'set'>,
	stdin: () => Promise<StdinFile | null> = standardInput,
): Promise<Spec> {
	const noted = await lastInputs(runDirectory(runPathOf(specPath, dir)).inputs);
	return readSpec(specPath, {
		set,
		noted: noted?.manifest ?? null,
		stdin,
		inputs: noted?.folder,
	});
}

type NotedInputs = {readonly folder: string; readonly manifest: Manifest};

/** The newest of the inputs that were accepted for a run, `inputs/` or `inputs/N/`; null without a run. */
async function lastInputs(inputs: string): Promise<NotedInputs | null> {
	const names = await readdir(inputs).catch(() => []);
	const later = names.filter(name => /^\d+$/.test(name)).sort((a, b) => Number(b) - Number(a));
	for (const folder of [...later.map(name => path.join(inputs, name)), inputs]) {
		const manifest = await readManifest(folder);
		if (manifest !== null) {
			return {folder, manifest};
		}
	}

	return null;
}
