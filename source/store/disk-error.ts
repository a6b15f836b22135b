import {UserError} from '../domain/user-error.ts';

const noLocks = 'This file system has no locks: choose a run directory on a local disk with --dir.';

const hints: {readonly [code: string]: string} = {
	EACCES: 'Change its permissions, or choose another run directory with --dir.',
	EPERM: 'Change its permissions, or choose another run directory with --dir.',
	EROFS: 'The disk is read-only: choose another run directory with --dir.',
	ENOSPC: 'The disk is full: make room and start again; nothing is lost.',
	EDQUOT: 'The disk quota is used up: make room and start again; nothing is lost.',
	EIO: 'The disk fails: look at it first, or choose another run directory with --dir.',
	ENOLCK: noLocks,
	ENOTSUP: noLocks,
	ENOTDIR: 'A part of the path is a file: choose another run directory with --dir.',
	ELOOP: 'It is a symbolic link, which is not followed here: put the file itself in its place.',
};

/** What Linux answers and node has no name for. */
const unnamed: {readonly [code: string]: string} = {'Unknown system error -37': 'ENOLCK'};

/** What a person is told when the disk refuses. `what` is a verb: `write`, `create`. */
export function diskError(error: unknown, what: string, path: string): UserError {
	if (error instanceof UserError) {
		return error;
	}

	const {code: given, message} = error as NodeJS.ErrnoException;
	const code = unnamed[given ?? ''] ?? given;
	return new UserError(`Cannot ${what} ${path}: ${code ?? message}.`, hints[code ?? ''] ?? '');
}

/** The code of an error of the file system, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
	return (error as NodeJS.ErrnoException | null)?.code;
}
