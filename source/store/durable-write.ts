import {constants} from 'node:fs';
import {open, rename, unlink, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type {LifeStep} from '../domain/life-step.ts';
import {errorCode} from './disk-error.ts';
import {privateFile} from './private-mode.ts';

/** What a file can be made of. */
export type Content = string | Uint8Array | AsyncIterable<string | Uint8Array>;

/** Told before and after a file takes its place. */
export type OnSaveStep = (step: Extract<LifeStep, 'saving' | 'saved'>) => void;

/** Ends the names of files that are not whole yet; the number is the writer's process id. */
export const temporaryName = /\.tmp-\d+$/;

export function temporaryPath(file: string): string {
	return `${file}.tmp-${process.pid}`;
}

/** New, ours alone, and never through a link that lies in wait. */
export const createFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Replaces a file as a whole: after a crash or a power cut there is the old one or the new one. A temporary file
 * is synced, renamed over the old one, and the folder that holds the name is synced.
 */
export async function writeDurably(file: string, content: Content, onStep?: OnSaveStep): Promise<void> {
	const temporary = temporaryPath(file);
	try {
		const handle = await openNew(temporary);
		try {
			await writeFile(handle, content);
			await handle.sync();
		} finally {
			await handle.close();
		}

		onStep?.('saving');
		await rename(temporary, file);
		onStep?.('saved');
	} catch (error) {
		await unlink(temporary).catch(() => {});
		throw error;
	}

	await syncFolder(path.dirname(file));
}

/** Makes renames and new names in the folder last. */
export async function syncFolder(folder: string): Promise<void> {
	const handle = await open(folder, constants.O_RDONLY);
	try {
		await handle.sync();
	} catch (error) {
		// Some file systems cannot sync a folder, and need not.
		if (errorCode(error) !== 'EINVAL' && errorCode(error) !== 'EPERM') {
			throw error;
		}
	} finally {
		await handle.close();
	}
}

/** Left over from a process of the same id that was killed: it is nobody's now. */
async function openNew(temporary: string) {
	try {
		return await open(temporary, createFlags, privateFile);
	} catch (error) {
		if (errorCode(error) !== 'EEXIST') {
			throw error;
		}

		await unlink(temporary);
		return open(temporary, createFlags, privateFile);
	}
}
