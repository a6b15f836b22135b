import {chmodSync, lstatSync, mkdirSync, readdirSync, type Stats, statSync} from 'node:fs';
import path from 'node:path';
import {UserError} from '../domain/user-error.ts';

/** Prompts and answers are nobody else's business, whatever the umask says. */
export const privateFile = 0o600;
const privateFolder = 0o700;

const forOthers = 0o077;

/** Creates a folder, with its parents, that only its owner can enter. It may be a link to one. Returns it where others could. */
export function makePrivateFolder(folder: string): readonly string[] {
	try {
		mkdirSync(folder, {recursive: true, mode: privateFolder});
	} catch {
		// With parents asked for, node 20 tells ENOENT of a read-only disk; without them, the true reason.
		mkdirSync(folder, {mode: privateFolder});
	}

	return tighten(folder, statSync(folder), privateFolder);
}

/**
 * Takes the rights of others away from what is there, folders with all they hold. Absent is fine, a link is not.
 * Returns those that others had rights to.
 */
export function tightenAll(entry: string): readonly string[] {
	const stats = lstatSync(entry, {throwIfNoEntry: false});
	if (!stats) {
		return [];
	}

	if (stats.isSymbolicLink()) {
		// It could lead anywhere, and what it leads to is not ours.
		throw new UserError(
			`${entry} is a symbolic link, and a run writes only to files of its own.`,
			'Put the file or folder itself in its place.',
		);
	}

	const tightened = tighten(entry, stats, stats.isDirectory() ? privateFolder : privateFile);
	const inside = stats.isDirectory() ? readdirSync(entry) : [];
	return [...tightened, ...inside.flatMap(name => tightenAll(path.join(entry, name)))];
}

function tighten(entry: string, stats: Stats, mode: number): readonly string[] {
	if ((stats.mode & forOthers) === 0) {
		return [];
	}

	chmodSync(entry, mode);
	return [entry];
}
