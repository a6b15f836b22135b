import {readFileSync, readlinkSync} from 'node:fs';
import {hostname} from 'node:os';
import process from 'node:process';
import {errorCode} from './disk-error.ts';

/** Who holds a lock. A process id alone may long belong to another process. */
export type LockOwner = {
	readonly pid: number;
	readonly host: string;
	/** Differs after a restart of the host; null where the system tells none. */
	readonly bootId: string | null;
	/** Start time of the process in clock ticks since the boot; null where the system tells none. */
	readonly startTime: string | null;
	/** Containers may share a host's name, but not the meaning of a process id. */
	readonly pidNamespace: string | null;
};

/** Another host's process cannot be asked whether it lives: it shows so by touching its lock. */
const untouchedLimitMs = 60_000;

export function ownIdentity(): LockOwner {
	return {
		pid: process.pid,
		host: hostname(),
		bootId: tryRead(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
		startTime: startTimeOf(process.pid),
		pidNamespace: tryRead(() => readlinkSync('/proc/self/ns/pid')),
	};
}

/** `owner` is null where the lock cannot be read: it may be half written. */
export function isGone(owner: LockOwner | null, untouchedMs: number, self: LockOwner): boolean {
	if (owner?.host !== self.host || owner.pidNamespace !== self.pidNamespace) {
		// After a restart of the same host its containers are gone too.
		const restarted = owner?.host === self.host && owner.bootId !== self.bootId;
		return restarted || untouchedMs > untouchedLimitMs;
	}

	return owner.bootId !== self.bootId || !isRunning(owner.pid) || owner.startTime !== startTimeOf(owner.pid);
}

/** Null when the text is not whole. */
export function parseOwner(text: string): LockOwner | null {
	try {
		const owner = JSON.parse(text) as Partial<LockOwner> | null;
		const {pid, host, bootId = null, startTime = null, pidNamespace = null} = owner ?? {};
		return typeof pid === 'number' && pid > 0 && typeof host === 'string'
			? {pid, host, bootId, startTime, pidNamespace}
			: null;
	} catch {
		return null;
	}
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return errorCode(error) === 'EPERM';
	}
}

/** Field 22 of proc(5) stat, counted behind the command's name, which may itself hold spaces and brackets. */
function startTimeOf(pid: number): string | null {
	return tryRead(() => {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
	});
}

function tryRead(read: () => string | null): string | null {
	try {
		return read();
	} catch {
		return null;
	}
}
