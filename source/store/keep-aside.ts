import {closeSync, existsSync, openSync, renameSync, writeSync} from 'node:fs';
import path from 'node:path';
import {errorCode} from './disk-error.ts';
import {createFlags} from './durable-write.ts';
import {privateFile} from './private-mode.ts';

/** Gives a broken file another name, so that nothing overwrites it. Returns that name, without its folder. */
export function keepFileAside(file: string): string {
	for (let number = 1; ; number++) {
		const aside = `${file}.broken-${number}`;
		if (!existsSync(aside)) {
			renameSync(file, aside);
			return path.basename(aside);
		}
	}
}

/** Copies a damaged line out of the journal, once: the journal itself stays as it is. Returns the copy's name. */
export function keepLineAside(journal: string, line: Uint8Array, offset: number): string {
	const aside = path.join(path.dirname(journal), `journal.damaged-${offset}`);
	try {
		const file = openSync(aside, createFlags, privateFile);
		try {
			writeSync(file, line);
		} finally {
			closeSync(file);
		}
	} catch (error) {
		if (errorCode(error) !== 'EEXIST') {
			throw error;
		}
	}

	return path.basename(aside);
}
