import {type FileHandle, open, rm} from 'node:fs/promises';
import path from 'node:path';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {UserError} from '../domain/user-error.ts';
import {diskError, errorCode} from '../store/disk-error.ts';
import {privateFile} from '../store/private-mode.ts';

export type ExportSetOptions = {
	/** Of the run: the file is `<name>-selection-<number>.jsonl`. */
	readonly name: string;
	readonly folder: string;
	/** Null: the set is not kept any more. */
	readonly indexes: Int32Array | null;
	/** The rows of a request; none where its journal lines cannot be read. */
	readonly rowsOf: (index: number) => readonly object[];
};

const chunkChars = 64 * 1024;
/** The engine works in the same thread. */
const sliceMs = 10;
const mostFiles = 10_000;

/** Writes the rows of chosen requests into a new file, in the order of the spec, never over another. */
export async function exportSet(
	options: ExportSetOptions,
): Promise<{readonly file: string; readonly rows: number}> {
	const {indexes} = options;
	if (!indexes) {
		throw new UserError('What was chosen is not kept any more.', 'Choose it again.');
	}

	const {file, handle} = await createFile(options);
	try {
		return {file: path.basename(file), rows: await writeRows(handle, indexes, options.rowsOf)};
	} catch (error) {
		await rm(file, {force: true});
		throw error instanceof UserError ? error : diskError(error, 'write', file);
	} finally {
		await handle.close();
	}
}

async function writeRows(
	handle: FileHandle,
	indexes: Int32Array,
	rowsOf: ExportSetOptions['rowsOf'],
): Promise<number> {
	let rows = 0;
	let gathered = '';
	let since = performance.now();
	for (const index of indexes.toSorted()) {
		for (const row of rowsOf(index)) {
			gathered += `${JSON.stringify(row)}\n`;
			rows++;
		}

		if (gathered.length > chunkChars) {
			await handle.appendFile(gathered);
			gathered = '';
		}

		if (performance.now() - since > sliceMs) {
			await nextTurn();
			since = performance.now();
		}
	}

	await handle.appendFile(gathered);
	return rows;
}

async function createFile({name, folder}: ExportSetOptions): Promise<{file: string; handle: FileHandle}> {
	// A name is data: it must not lead into another folder, nor hide the file.
	const word = name.replaceAll(/[^\w.-]+/g, '-').replace(/^[.-]+/, '') || 'run';
	for (let number = 1; number <= mostFiles; number++) {
		const file = path.join(folder, `${word}-selection-${number}.jsonl`);
		try {
			return {file, handle: await open(file, 'wx', privateFile)};
		} catch (error) {
			if (errorCode(error) !== 'EEXIST') {
				throw diskError(error, 'create', file);
			}
		}
	}

	throw new UserError(`${folder} holds ${mostFiles} exports of ${word}.`, 'Move some of them away.');
}
