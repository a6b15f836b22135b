import {closeSync, existsSync, fstatSync, lstatSync, openSync} from 'node:fs';
import {decodeEvent} from '../domain/event-line.ts';
import {UserError} from '../domain/user-error.ts';
import {diskError} from './disk-error.ts';
import {createLineReader} from './line-reader.ts';
import {replay} from './replay.ts';

/** The journal holds something, and not one line of it can be read: a disk gave it back as zeros or as another file. */
export function isGarbage(journal: string): boolean {
	const file = openToRead(journal);
	try {
		if (fstatSync(file).size === 0 || decodeEvent(createLineReader(file).read(0), {body: false}) !== null) {
			return false;
		}

		let events = 0;
		replay(file, 0, {
			onEvent: () => ++events > 0,
			onDamage() {},
		});
		return events === 0;
	} finally {
		closeSync(file);
	}
}

/** To begin anew would send, and pay for, everything again, over what may still be put back. */
export function refuseLostJournal({
	state,
	journal,
}: {
	readonly state: string;
	readonly journal: string;
}): void {
	if (!existsSync(state)) {
		return;
	}

	const found = lstatSync(journal, {throwIfNoEntry: false});
	if (found?.isSymbolicLink()) {
		// Whoever opens it refuses links.
		return;
	}

	const size = found?.size;
	const what = size === undefined ? 'missing' : size === 0 ? 'empty' : isGarbage(journal) ? 'garbage' : null;
	if (what !== null) {
		throw new UserError(
			`${journal} is ${what}, and this run's answers were in it.`,
			'Put it back from a copy, or start anew in another folder with --dir.',
		);
	}
}

function openToRead(journal: string): number {
	try {
		return openSync(journal, 'r');
	} catch (error) {
		throw diskError(error, 'read', journal);
	}
}
