import {execFileSync, spawn} from 'node:child_process';
import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {onTestFinished} from 'vitest';
import {until} from '../cli/cli-process.ts';

/** A disk that can be filled, and freed again. */
export type SmallDisk = {readonly folder: string; fill(): void; free(): void};

/** Null where this user may not mount one. */
export function smallDisk(parent: string, size = '1m'): SmallDisk | null {
	const folder = path.join(parent, 'disk');
	mkdirSync(folder);
	if (!mounts('-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', folder)) {
		return null;
	}

	onTestFinished(() => void execFileSync('umount', ['-l', folder]));
	const ballast = path.join(folder, 'ballast');
	return {
		folder,
		fill() {
			try {
				writeFileSync(ballast, Buffer.alloc(64 * 1024 * 1024));
			} catch {
				// It is as full as it gets.
			}
		},
		free: () => rmSync(ballast),
	};
}

/** False where this user may not. */
export function remount(folder: string, how: 'ro' | 'rw'): boolean {
	return mounts('-o', `remount,${how}`, folder);
}

function mounts(...words: readonly string[]): boolean {
	try {
		execFileSync('mount', words, {stdio: 'ignore'});
		return true;
	} catch {
		return false;
	}
}

/**
 * Makes system calls of a running process fail, by strace: `write:error=ENOSPC`. With `file`, those on it only. The
 * returned function lets go of the process, and its disk is well again.
 */
export async function injectInto(pid: number, fault: string, file?: string): Promise<() => Promise<void>> {
	const [call] = fault.split(':');
	const where = file === undefined ? [] : ['-P', file];
	const words = [
		'-f',
		'-p',
		String(pid),
		...where,
		'-e',
		`trace=${call}`,
		'-e',
		`inject=${fault}`,
		'-o',
		'/dev/null',
	];
	const strace = spawn('strace', words, {stdio: ['ignore', 'ignore', 'pipe']});
	let said = '';
	strace.stderr.setEncoding('utf8').on('data', (text: string) => {
		said += text;
	});
	const gone = new Promise<void>(resolve => strace.once('exit', () => resolve()));
	onTestFinished(() => void strace.kill('SIGKILL'));
	await until(() => said.includes('attached'), `strace attached to ${pid}: ${said}`);
	return async () => {
		strace.kill('SIGINT');
		await gone;
	};
}
