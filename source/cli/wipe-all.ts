import process from 'node:process';
import {type RunState, statusCode} from '../domain/state.ts';
import {UserError} from '../domain/user-error.ts';
import {manifestName, rowIndexName, rowLinesName, rowQueuesName, specCopyName} from '../spec/spec-files.ts';
import {inputsPath} from '../store/inputs-writer.ts';
import {acquireLock} from '../store/lock.ts';
import {removeRun} from '../store/remove-run.ts';
import type {RunDirectory} from '../store/run-directory.ts';
import {count, plural} from '../view/format.ts';
import {cancelRemote} from './cancel-remote.ts';
import {confirmWipe} from './confirm-wipe.ts';
import {ownSpec} from './own-spec.ts';
import {readManifest} from './read-manifest.ts';
import {type ReadRun, readRun} from './read-run.ts';
import {sayAside} from './say-aside.ts';
import type {WipeOptions} from './wipe-options.ts';

/** Ends and removes what the run has at the API, then removes every file of it. */
export async function wipeAll({run, isYes, say}: WipeOptions, {directory, state}: ReadRun): Promise<number> {
	await confirmWipe({lines: whatGoes(directory, state), word: 'all', isYes});
	if (state.batches.size > 0) {
		const spec = await ownSpec(directory, state, run.set);
		const {exitCode, why} = await cancelRemote({run, spec, wipesUnfinished: false, say});
		if (exitCode !== 0) {
			const because = why === '' ? '' : `, as not all batches could be ended and cleaned up: ${why}`;
			sayAside(`Nothing was removed${because}.`);
			sayAside('The same command goes on.');
			return exitCode;
		}
	}

	const lock = await acquireLock(directory.lock, {
		wait: run.waitLock,
		onNotice: sayAside,
		onLost: sayAside,
	});
	process.once('exit', lock.release);
	try {
		const now = await readRun(directory.path, null);
		if (now.state.batches.size > 0) {
			throw new UserError(`${directory.path} has new batches: another instance has run it meanwhile.`, '', 4);
		}

		const inputs = await inputNames(directory, now.state);
		const left = removeRun(directory, {inputs, release: lock.release});
		say(`The run ${directory.path} is removed.`);
		for (const name of left) {
			say(`Not of the run, and left: ${directory.path}/${name}`);
		}
	} finally {
		lock.release();
	}

	return 0;
}

function whatGoes({path}: RunDirectory, state: RunState): readonly string[] {
	const batches = state.batches.size;
	const done = state.totals.status[statusCode.done]!;
	return [
		`${path}: the whole run would be removed, with ${plural(done, 'result')} of ${count(state.count)} requests and its history.`,
		...(batches > 0
			? [`${plural(batches, 'batch', 'batches')} would be cancelled, and their files removed.`]
			: []),
		'This cannot be taken back.',
	];
}

/** What the run copied into `inputs/`; of each spec the manifest last, as it names the others. */
async function inputNames(directory: RunDirectory, {epochs}: RunState): Promise<readonly string[]> {
	const names: string[] = [];
	for (let epoch = epochs.length; epoch >= 1; epoch--) {
		const folder = epoch === 1 ? '' : `${epoch}/`;
		const manifest = await readManifest(inputsPath(directory, epoch));
		const files = manifest?.files.map(({stored}) => stored) ?? [];
		names.push(
			...[specCopyName, rowLinesName, rowIndexName, rowQueuesName, ...files, manifestName].map(
				name => `${folder}${name}`,
			),
		);
	}

	return names;
}
