import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {errorCode} from './disk-error.ts';
import {writeDurably} from './durable-write.ts';

/** Whether a name in a run directory is the backup of a state file of an earlier version. */
export function isBackup(name: string): boolean {
	return /^state\.json\.v\d+\.bak$/.test(name);
}

/** Where the state file is kept as an earlier version of the program wrote it. */
function backupOf(file: string, version: number): string {
	return `${path.basename(file)}.v${version}.bak`;
}

/** Copies the state file as it is. One that was moved aside in the meantime is kept already. */
export async function keepBackup(file: string, version: number): Promise<void> {
	try {
		const bytes = await readFile(file);
		await writeDurably(path.join(path.dirname(file), backupOf(file, version)), bytes);
	} catch (error) {
		if (errorCode(error) !== 'ENOENT') {
			throw error;
		}
	}
}
