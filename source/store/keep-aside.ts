import {Buffer} from 'node:buffer';
import {closeSync, existsSync, fsyncSync, lstatSync, openSync, renameSync, writeSync} from 'node:fs';
import path from 'node:path';
import {createFlags} from './durable-write.ts';
import {readFully} from './line-reader.ts';
import {privateFile} from './private-mode.ts';

/** Of the names that files get which are set aside: when that was, in UTC, and a number where two were at once. */
const asideEnding = /\.broken-(\d+|\d{8}T\d{6}Z(-\d+)?)$/;

/** Whether a name in a run directory is one that was given here. `isPart`: whether a name is one of a run's own. */
export function isAside(name: string, isPart: (name: string) => boolean): boolean {
	return (
		/^journal\.(damaged|torn)-\d+(-\d+)?$/.test(name) ||
		(asideEnding.test(name) && isPart(name.replace(asideEnding, '')))
	);
}

/** Gives a broken file another name, so that nothing overwrites it. Returns that name, without its folder. */
export function keepFileAside(file: string, folder = path.dirname(file)): string {
	const day = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
	for (let number = 1; ; number++) {
		const name = `${path.basename(file)}.broken-${day}${number === 1 ? '' : `-${number}`}`;
		const aside = path.join(folder, name);
		if (!existsSync(aside)) {
			renameSync(file, aside);
			return name;
		}
	}
}

const stepBytes = 1024 * 1024;

/** Copies a part of the journal, once. Returns the copy's name. */
export function keepPartAside(
	journal: string,
	{offset, bytes}: {readonly offset: number; readonly bytes: number},
	what: 'damaged' | 'torn',
): string {
	for (let number = 1; ; number++) {
		const name = `journal.${what}-${offset}${number === 1 ? '' : `-${number}`}`;
		const aside = path.join(path.dirname(journal), name);
		const there = lstatSync(aside, {throwIfNoEntry: false});
		if (!there) {
			copyPart(journal, aside, offset, bytes);
			return name;
		}

		// Kept before: the journal itself stays as it is, and may be read again.
		if (there.size === bytes) {
			return name;
		}
	}
}

function copyPart(journal: string, aside: string, offset: number, bytes: number): void {
	const from = openSync(journal, 'r');
	try {
		const to = openSync(aside, createFlags, privateFile);
		try {
			for (let copied = 0; copied < bytes; copied += stepBytes) {
				const step = Buffer.alloc(Math.min(stepBytes, bytes - copied));
				writeSync(to, step, 0, readFully(from, step, offset + copied));
			}

			fsyncSync(to);
		} finally {
			closeSync(to);
		}
	} finally {
		closeSync(from);
	}
}
