import {Low} from 'lowdb';
import type {Journal} from '../domain/ports.ts';
import type {RunState} from '../domain/state.ts';
import {diskError} from './disk-error.ts';
import {durableJson} from './durable-json.ts';
import type {OnSaveStep} from './durable-write.ts';
import {restoreState, type SavedState, saveState, stateVersion} from './saved-state.ts';

export type ReadState =
	| {readonly kind: 'absent'}
	| {readonly kind: 'broken'}
	/** Written by a later version of the program in a way that this one could misread. */
	| {readonly kind: 'newer'; readonly tool: string}
	| {readonly kind: 'read'; readonly state: RunState};

/** The lowdb file from which a resume starts. */
export type StateFile = {
	read(): Promise<ReadState>;
	/** The state as it is now. Rejects with a UserError when the disk refuses; the old file is then still there. */
	save(state: RunState, journal: Journal): Promise<void>;
};

/** `tool` is the version of this program. */
export function openStateFile(file: string, tool: string, onStep?: OnSaveStep): StateFile {
	const low = new Low<SavedState | null>(durableJson(file, onStep), null);

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

			if (low.data.version > stateVersion) {
				return {kind: 'newer', tool: String(low.data.tool)};
			}

			const state = restoreState(low.data);
			return state ? {kind: 'read', state} : {kind: 'broken'};
		},
		async save(state, journal) {
			try {
				journal.flush();
				low.data = saveState(state, tool);
				// A state file must never count on lines that a power cut can still take.
				await journal.synced();
				await low.write();
			} catch (error) {
				throw diskError(error, 'write', file);
			}
		},
	};
}
