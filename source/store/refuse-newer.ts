import {Buffer} from 'node:buffer';
import {closeSync, openSync} from 'node:fs';
import type {RunEvent} from '../domain/event.ts';
import {journalVersion} from '../domain/event-line.ts';
import {foreignEventType} from '../domain/plain-events.ts';
import {UserError} from '../domain/user-error.ts';
import {diskError, errorCode} from './disk-error.ts';
import {readFully} from './line-reader.ts';
import {stateVersion} from './state-format.ts';

type RunFilePaths = {readonly state: string; readonly journal: string};

/** What a later version wrote is not touched in any way: this one could misread it. */
export function refuseNewerRun({state, journal}: RunFilePaths): void {
	const saved = headOf(state, /^\{"format":"[^"]*","version":(\d+),"tool":"([^"]*)"/);
	if (saved && Number(saved[1]) > stateVersion) {
		throw new UserError(
			`${state} was written by version ${saved[2]} of promptbatch-tui.`,
			'Install the newest version.',
		);
	}

	const created = headOf(journal, /^\{"type":"run-created",.*?"journal":(\d+),/);
	if (created && Number(created[1]) > journalVersion) {
		throw laterJournal(journal);
	}
}

/** Both stand before everything that may be long. */
const headBytes = 1000;

function headOf(file: string, pattern: RegExp): RegExpExecArray | null {
	const bytes = Buffer.alloc(headBytes);
	try {
		const handle = openSync(file, 'r');
		try {
			const text = bytes.toString('utf8', 0, readFully(handle, bytes, 0));
			return pattern.exec(text.split('\n', 1)[0]!);
		} finally {
			closeSync(handle);
		}
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return null;
		}

		throw diskError(error, 'read', file);
	}
}

function laterJournal(journal: string): UserError {
	return new UserError(
		`${journal} was written by a later version of promptbatch-tui.`,
		'Install the newest version.',
	);
}

/** To pass over what only a newer version can read could lose answers, or send requests again. */
export function refuseForeign(line: Buffer, directory: Pick<RunFilePaths, 'journal'>): void {
	const type = foreignEventType(line.toString('utf8'));
	if (type !== null) {
		throw new UserError(
			`${directory.journal} was written by a version of promptbatch-tui that knows “${type}”.`,
			'Install the newest version.',
		);
	}
}

/** A session of a later version may have gone on with the run, and its lines mean something else. */
export function refuseNewer(event: RunEvent, directory: Pick<RunFilePaths, 'journal'>): void {
	if ('journal' in event && (event.journal ?? 1) > journalVersion) {
		throw laterJournal(directory.journal);
	}
}
