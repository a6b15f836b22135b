import {Buffer} from 'node:buffer';
import {readdirSync, rmSync} from 'node:fs';
import path from 'node:path';
import {type PartLimits, partName, partNameOf, type ResultParts} from '../domain/result-files.ts';
import {createRowFile, type RowFile} from './row-file.ts';
import type {RunDirectory} from './run-directory.ts';

/** The results on their way into one file, or into parts whose number is known only at the end. */
export type PartedFile = Pick<RowFile, 'write' | 'sync' | 'discard'> & {
	/**
	 * Puts everything into its place and removes what was there under other names. The caller syncs the folder. A
	 * crash in the midst leaves fewer parts than their names say, never old ones among new ones; as nothing is on
	 * record then, the next session writes them all again.
	 */
	place(): ResultParts | null;
};

export function createPartedFile(directory: RunDirectory, limits: PartLimits | null): PartedFile {
	return limits === null ? wholeFile(directory) : splitFile(directory, limits);
}

function wholeFile(directory: RunDirectory): PartedFile {
	const file = createRowFile(directory.results);
	return {
		write: file.write,
		sync: file.sync,
		discard: file.discard,
		place() {
			file.place();
			removeParts(directory);
			return null;
		},
	};
}

function splitFile(directory: RunDirectory, limits: PartLimits): PartedFile {
	const maxEntries = limits.maxEntries ?? Number.POSITIVE_INFINITY;
	const maxBytes = limits.maxBytes ?? Number.POSITIVE_INFINITY;
	const parts: RowFile[] = [];
	/** Full parts are synced and closed while the next one is written: there may be more than files can be open. */
	const full: Promise<void>[] = [];
	let entries = 0;
	let bytes = 0;

	function begin(): RowFile {
		const part = createRowFile(path.join(directory.path, `results-part${parts.length + 1}.jsonl`));
		parts.push(part);
		entries = 0;
		bytes = 0;
		return part;
	}

	let current = begin();
	return {
		write(line) {
			const length = Buffer.byteLength(line);
			if (entries > 0 && (entries >= maxEntries || bytes + length > maxBytes)) {
				const synced = current.sync();
				// Told when all of them are awaited.
				synced.catch(() => {});
				full.push(synced);
				current = begin();
			}

			current.write(line);
			entries++;
			bytes += length;
		},
		async sync() {
			await Promise.all(full);
			await current.sync();
		},
		async discard() {
			await Promise.allSettled(full);
			await Promise.all(parts.map(async part => part.discard()));
		},
		place() {
			rmSync(directory.results, {force: true});
			removeParts(directory);
			for (const [position, part] of parts.entries()) {
				part.place(path.join(directory.path, partNameOf(position + 1, parts.length)));
			}

			return {...limits, count: parts.length};
		},
	};
}

/** Whatever split the results before, in whatever number. */
export function removeParts(directory: RunDirectory): void {
	for (const name of readdirSync(directory.path)) {
		if (partName.test(name)) {
			rmSync(path.join(directory.path, name), {force: true});
		}
	}
}
