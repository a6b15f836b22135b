import {mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';

/** Where the simulator keeps what must not be held in memory, and what shall outlive it. */
export type StateFolder = {
	/** False: everything goes at the end. */
	readonly persistent: boolean;
	/** The path of a folder inside, made when it is not there. */
	readonly folder: (name: string) => string;
	/** What was saved under that name by `saveRecord`. */
	readonly loadRecords: (name: string) => readonly unknown[];
	/** All or nothing, also when the process is killed. */
	readonly saveRecord: (name: string, id: string, record: unknown) => void;
	readonly removeRecord: (name: string, id: string) => void;
	readonly close: () => void;
};

/** Null: a temporary folder, made when the first file comes and removed by `close`. */
export function openStateFolder(stateDir: string | null): StateFolder {
	let root = stateDir;
	const made = new Set<string>();
	const folder = (name: string) => {
		root ??= mkdtempSync(path.join(tmpdir(), 'promptbatch-simulator-'));
		const place = path.join(root, name);
		if (!made.has(place)) {
			mkdirSync(place, {recursive: true, mode: 0o700});
			made.add(place);
		}

		return place;
	};

	return {
		persistent: stateDir !== null,
		folder,
		loadRecords(name) {
			if (root === null) {
				return [];
			}

			const place = folder(name);
			return readdirSync(place)
				.filter(file => file.endsWith('.json'))
				.map(file => JSON.parse(readFileSync(path.join(place, file), 'utf8')));
		},
		saveRecord(name, id, record) {
			const final = path.join(folder(name), `${id}.json`);
			writeFileSync(`${final}.part`, JSON.stringify(record), {mode: 0o600});
			renameSync(`${final}.part`, final);
		},
		removeRecord(name, id) {
			rmSync(path.join(folder(name), `${id}.json`), {force: true});
		},
		close() {
			if (stateDir === null && root !== null) {
				rmSync(root, {recursive: true, force: true});
			}
		},
	};
}
