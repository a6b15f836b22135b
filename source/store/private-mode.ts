import {chmodSync, lstatSync, mkdirSync, readdirSync} from 'node:fs';
import path from 'node:path';
import {UserError} from '../domain/user-error.ts';

/** Prompts and answers are nobody else's business, whatever the umask says. */
export const privateFile = 0o600;
export const privateFolder = 0o700;

const forOthers = 0o077;

/** Creates a folder, with its parents, that only its owner can enter. */
export function makePrivateFolder(folder: string): void {
	mkdirSync(folder, {recursive: true, mode: privateFolder});
	refuseLink(folder);
	tighten(folder, privateFolder);
}

/** Takes the rights of others away from what is there, folders with all they hold. Absent is fine. */
export function tightenAll(entry: string): void {
	const stats = lstatSync(entry, {throwIfNoEntry: false});
	if (!stats) {
		return;
	}

	refuseLink(entry);
	tighten(entry, stats.isDirectory() ? privateFolder : privateFile);
	if (stats.isDirectory()) {
		for (const name of readdirSync(entry)) {
			tightenAll(path.join(entry, name));
		}
	}
}

/** A link in the place of a file that we write could lead anywhere. */
function refuseLink(entry: string): void {
	if (lstatSync(entry).isSymbolicLink()) {
		throw new UserError(
			`${entry} is a symbolic link, and a run writes only to files of its own.`,
			'Put the file or folder itself in its place.',
		);
	}
}

function tighten(entry: string, mode: number): void {
	if ((lstatSync(entry).mode & forOthers) !== 0) {
		chmodSync(entry, mode);
	}
}
