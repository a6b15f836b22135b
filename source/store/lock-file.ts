import {
	closeSync,
	constants,
	fstatSync,
	linkSync,
	openSync,
	readFileSync,
	renameSync,
	unlinkSync,
	writeSync,
} from 'node:fs';
import {diskError, errorCode} from './disk-error.ts';
import {createFlags, temporaryPath} from './durable-write.ts';
import {type LockOwner, parseOwner} from './lock-owner.ts';
import {privateFile} from './private-mode.ts';

/** A lock file as it was found. */
export type FoundLock = {
	readonly text: string;
	/** Null when it cannot be read: it may be half written. */
	readonly owner: LockOwner | null;
	readonly untouchedMs: number;
};

/** False when there is a lock already. */
export function createLock(file: string, text: string): boolean {
	try {
		const handle = openSync(file, createFlags, privateFile);
		try {
			writeSync(handle, text);
		} finally {
			closeSync(handle);
		}

		return true;
	} catch (error) {
		if (errorCode(error) === 'EEXIST') {
			return false;
		}

		throw diskError(error, 'create', file);
	}
}

/** Null when there is none. */
export function readLock(file: string): FoundLock | null {
	let handle: number | null = null;
	try {
		handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
		const text = readFileSync(handle, 'utf8');
		return {text, owner: parseOwner(text), untouchedMs: Date.now() - fstatSync(handle).mtimeMs};
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return null;
		}

		throw diskError(error, 'read', file);
	} finally {
		if (handle !== null) {
			closeSync(handle);
		}
	}
}

/** Makes room where a dead owner's lock is. False when that lock was not there any more. */
export function moveLockAway(file: string, dead: FoundLock): boolean {
	const aside = temporaryPath(file);
	try {
		if (readLock(file)?.text !== dead.text) {
			return false;
		}

		renameSync(file, aside);
		const moved = readFileSync(aside, 'utf8') === dead.text;
		if (!moved) {
			linkSync(aside, file);
		}

		unlinkSync(aside);
		return moved;
	} catch (error) {
		// Another taker was faster, or a third has created its own meanwhile: the next look will show.
		if (errorCode(error) === 'ENOENT' || errorCode(error) === 'EEXIST') {
			return false;
		}

		throw diskError(error, 'take over', file);
	}
}
