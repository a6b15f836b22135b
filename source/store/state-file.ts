import {Low} from 'lowdb';
import type {Journal} from '../domain/ports.ts';
import type {RunState} from '../domain/state.ts';
import {diskError} from './disk-error.ts';
import {durableJson} from './durable-json.ts';
import type {OnSaveStep} from './durable-write.ts';
import {restoreState, type SavedState, saveState} from './saved-state.ts';
import {keepBackup} from './state-backup.ts';
import {stateVersion} from './state-format.ts';

export type ReadState =
	| {readonly kind: 'absent'}
	| {readonly kind: 'broken'}
	/** `isOlder`: an earlier version wrote it, and had no word for some of what is known now. */
	| {readonly kind: 'read'; readonly state: RunState; readonly isOlder: boolean};

/** The lowdb file from which a resume starts. */
export type StateFile = {
	read(): Promise<ReadState>;
	/** The state as it is now. Rejects with a UserError when the disk refuses; the old file is then still there. */
	save(state: RunState, journal: Journal): Promise<void>;
};

/** `tool` is the version of this program. What an earlier one wrote is kept beside the file before it is replaced. */
export function openStateFile(file: string, tool: string, onStep?: OnSaveStep): StateFile {
	const low = new Low<SavedState | null>(durableJson(file, onStep), null);
	let olderVersion: number | null = null;

	return {
		async read() {
			try {
				await low.read();
			} catch {
				return {kind: 'broken'};
			}

			if (low.data === null) {
				return {kind: 'absent'};
			}

			const isOlder = low.data.version < stateVersion;
			olderVersion = isOlder ? low.data.version : null;
			const state = restoreState(low.data);
			return state ? {kind: 'read', state, isOlder} : {kind: 'broken'};
		},
		async save(state, journal) {
			try {
				journal.flush();
				low.data = saveState(state, tool);
				// A state file must never count on lines that a power cut can still take.
				await journal.synced();
				if (olderVersion !== null) {
					await keepBackup(file, olderVersion);
					olderVersion = null;
				}

				await low.write();
			} catch (error) {
				throw diskError(error, 'write', file);
			}
		},
	};
}
