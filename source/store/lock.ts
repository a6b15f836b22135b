import {unlinkSync, utimesSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {UserError} from '../domain/user-error.ts';
import {createLock, moveLockAway, readLock} from './lock-file.ts';
import {isGone, type LockOwner, ownIdentity} from './lock-owner.ts';

export type LockOptions = {
	/** Wait until the other instance lets go. */
	readonly wait: boolean;
	readonly onNotice: (message: string) => void;
	/** The lock is another's now, for instance after a long sleep of this host: stop writing at once. */
	readonly onLost: (message: string) => void;
};

export type Lock = {
	/** Gives the lock back. Synchronous, for handlers of `exit`; may be called again. */
	release(): void;
};

const touchMs = 5000;
const pollMs = 500;
/** Longer than another taker needs to put back what it moved away by mistake. */
const settleMs = 100;

/**
 * Takes the lock of a run directory: the file that only one process can create. Throws a UserError with exit code 4
 * while its owner lives.
 *
 * A dead owner's lock is moved away first. Two may do that at once, and the slower would move away the faster one's
 * new lock. So each looks at what it moved, puts back what was not the dead one's, and believes in its own lock
 * only when that is still there after a while.
 */
export async function acquireLock(file: string, {wait, onNotice, onLost}: LockOptions): Promise<Lock> {
	const self = ownIdentity();
	const text = `${JSON.stringify(self)}\n`;
	let alone = true;
	let told = false;
	for (;;) {
		if (createLock(file, text)) {
			if (alone || (await isSettled(file, text))) {
				return hold(file, text, onLost);
			}

			continue;
		}

		alone = false;
		const found = readLock(file);
		if (found === null) {
			continue;
		}

		if (isGone(found.owner, found.untouchedMs, self)) {
			if (moveLockAway(file, found)) {
				onNotice(`The lock of ${describe(found.owner)}, which is gone, was taken over.`);
			}
		} else if (wait) {
			if (!told) {
				told = true;
				onNotice(`Waiting for ${describe(found.owner)}, which holds ${path.dirname(file)}.`);
			}

			await sleep(pollMs);
		} else {
			throw new UserError(
				`${path.dirname(file)} is held by ${describe(found.owner)}.`,
				'Wait until it ends, add --wait-lock, or look on with promptbatch-tui status.',
				4,
			);
		}
	}
}

/** Who holds the lock now, for those who only look; null when nobody does. */
export function readLockOwner(file: string): LockOwner | null {
	const found = readLock(file);
	return found && !isGone(found.owner, found.untouchedMs, ownIdentity()) ? found.owner : null;
}

async function isSettled(file: string, text: string): Promise<boolean> {
	await sleep(settleMs);
	return readLock(file)?.text === text;
}

function hold(file: string, text: string, onLost: (message: string) => void): Lock {
	const timer = setInterval(() => {
		try {
			if (readLock(file)?.text === text) {
				const now = new Date();
				utimesSync(file, now, now);
				return;
			}
		} catch {
			// A disk that does not answer now may do so at the next touch.
			return;
		}

		clearInterval(timer);
		onLost(`The lock ${file} is no longer ours: another instance may be running.`);
	}, touchMs);
	timer.unref();

	return {
		release() {
			clearInterval(timer);
			if (readLock(file)?.text === text) {
				unlinkSync(file);
			}
		},
	};
}

function describe(owner: LockOwner | null): string {
	return owner ? `process ${owner.pid} on ${owner.host}` : 'an unknown process';
}
