import {UserError} from '../domain/user-error.ts';

const hints: {readonly [code: string]: string} = {
	EACCES: 'Change its permissions, or choose another run directory with --dir.',
	EPERM: 'Change its permissions, or choose another run directory with --dir.',
	EROFS: 'The disk is read-only: choose another run directory with --dir.',
	ENOSPC: 'The disk is full: make room and start again; nothing is lost.',
	EDQUOT: 'The disk quota is used up: make room and start again; nothing is lost.',
	ENOTDIR: 'A part of the path is a file: choose another run directory with --dir.',
	ELOOP: 'It is a symbolic link, which is not followed here: put the file itself in its place.',
};

/** What a person is told when the disk refuses. `what` is a verb: `write`, `create`. */
export function diskError(error: unknown, what: string, path: string): UserError {
	if (error instanceof UserError) {
		return error;
	}

	const {code, message} = error as NodeJS.ErrnoException;
	return new UserError(`Cannot ${what} ${path}: ${code ?? message}.`, hints[code ?? ''] ?? '');
}

/** The code of an error of the file system, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
	return (error as NodeJS.ErrnoException | null)?.code;
}
