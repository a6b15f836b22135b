import {Buffer} from 'node:buffer';
import {closeSync, constants, lstatSync, openSync, readdirSync, readSync, rmSync} from 'node:fs';
import path from 'node:path';
import {UserError} from '../domain/user-error.ts';
import {diskError, errorCode} from './disk-error.ts';
import {temporaryName} from './durable-write.ts';
import {refuseLostJournal} from './lost-journal.ts';
import {makePrivateFolder, privateFile, tightenAll} from './private-mode.ts';
import {refuseNewerRun} from './refuse-newer.ts';
import {stateFormat} from './state-format.ts';

const stateMark = `{"format":"${stateFormat}"`;
const journalMark = '{"type":"run-created"';

const names = {
	state: 'state.json',
	journal: 'journal.jsonl',
	inputs: 'inputs',
	results: 'results.jsonl',
	failures: 'failures.jsonl',
	batches: 'batches',
	simulator: 'simulator',
	lock: 'lock',
} as const;

/** Where the parts of a run lie. Nothing inside holds a path, so the whole can be moved. */
export type RunDirectory = {readonly path: string} & {readonly [Part in keyof typeof names]: string};

/** `new`: nothing is on record yet. `run`: there is a run to go on with. `foreign`: it is not ours to touch. */
export type DirectoryKind = 'new' | 'run' | 'foreign';

export function runDirectory(folder: string): RunDirectory {
	const parts = Object.entries(names).map(([part, name]) => [part, path.join(folder, name)]);
	return {path: folder, ...Object.fromEntries(parts)};
}

/**
 * Creates the folder where it is missing and takes the rights of others away. A folder that holds anything but a
 * run is refused and left alone. Whether there is a run in it (`kindOf`) is for the holder of the lock to ask:
 * until then another process may be creating it.
 */
export function openRunDirectory(
	folder: string,
	onTightened: (entries: readonly string[]) => void = () => {},
): RunDirectory {
	const directory = runDirectory(folder);
	try {
		const kind = kindOf(directory);
		if (kind === 'foreign') {
			throw new UserError(
				`${folder} is not a run directory, and what it holds is left alone.`,
				'Name another folder with --dir.',
			);
		}

		refuseNewerRun(directory);
		onTightened(makePrivateFolder(folder));
		if (kind === 'new') {
			// Says from now on whose folder this is, should the creation of the run be cut short.
			closeSync(openSync(directory.journal, constants.O_RDONLY | constants.O_CREAT, privateFile));
		}

		for (const part of Object.keys(names) as (keyof typeof names)[]) {
			onTightened(tightenAll(directory[part]));
		}

		refuseLostJournal(directory);
		return directory;
	} catch (error) {
		throw diskError(error, 'use the run directory', folder);
	}
}

/**
 * A run shows by its state file or the first line of its journal. A journal without a whole first line belongs to
 * a run whose creation was cut short: nothing was sent yet, so it is created again.
 */
export function kindOf(directory: RunDirectory): DirectoryKind {
	try {
		return kindByContent(directory);
	} catch (error) {
		throw diskError(error, 'use the run directory', directory.path);
	}
}

function kindByContent(directory: RunDirectory): DirectoryKind {
	if (beginning(directory.state, stateMark.length) === stateMark) {
		return 'run';
	}

	const journal = beginning(directory.journal, journalMark.length);
	if (journal === null) {
		return entriesOf(directory.path).length === 0 ? 'new' : 'foreign';
	}

	if (journal === journalMark && hasLineBreak(directory.journal)) {
		return 'run';
	}

	return journalMark.startsWith(journal) ? 'new' : 'foreign';
}

/**
 * Removes what a killed process had not finished writing, and returns where that was, from the run directory on. For
 * the holder of the lock only.
 */
export function removeUnfinished(directory: RunDirectory): readonly string[] {
	const removed = [directory.path, directory.batches].flatMap(removeTemporary);
	return [...removed, ...removeTemporaryBelow(directory.inputs)].map(file =>
		path.relative(directory.path, file),
	);
}

function removeTemporaryBelow(folder: string): readonly string[] {
	const folders = entriesOf(folder).filter(name => isFolder(path.join(folder, name)));
	return [
		...removeTemporary(folder),
		...folders.flatMap(name => removeTemporaryBelow(path.join(folder, name))),
	];
}

function isFolder(entry: string): boolean {
	return lstatSync(entry, {throwIfNoEntry: false})?.isDirectory() ?? false;
}

function removeTemporary(folder: string): readonly string[] {
	const files = entriesOf(folder)
		.filter(name => temporaryName.test(name))
		.map(name => path.join(folder, name));
	for (const file of files) {
		rmSync(file, {recursive: true, force: true});
	}

	return files;
}

/** Null where the file is absent. */
function beginning(file: string, length: number): string | null {
	const handle = openToRead(file);
	if (handle === null) {
		return null;
	}

	try {
		const bytes = Buffer.alloc(length);
		return bytes.toString('utf8', 0, readSync(handle, bytes, 0, length, 0));
	} finally {
		closeSync(handle);
	}
}

function hasLineBreak(file: string): boolean {
	const handle = openToRead(file);
	if (handle === null) {
		return false;
	}

	try {
		const bytes = Buffer.alloc(64 * 1024);
		for (let position = 0; ; ) {
			const length = readSync(handle, bytes, 0, bytes.length, position);
			if (length === 0 || bytes.subarray(0, length).includes(0x0a)) {
				return length > 0;
			}

			position += length;
		}
	} finally {
		closeSync(handle);
	}
}

function openToRead(file: string): number | null {
	try {
		return openSync(file, 'r');
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return null;
		}

		throw error;
	}
}

function entriesOf(folder: string): readonly string[] {
	try {
		return readdirSync(folder);
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return [];
		}

		throw error;
	}
}
