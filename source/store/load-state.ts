import {Buffer} from 'node:buffer';
import {closeSync, fstatSync, openSync} from 'node:fs';
import {createState} from '../domain/create-state.ts';
import {decodeEvent} from '../domain/event-line.ts';
import type {RunState} from '../domain/state.ts';
import {UserError} from '../domain/user-error.ts';
import {diskError, errorCode} from './disk-error.ts';
import {keepFileAside} from './keep-aside.ts';
import {createLineReader, readFully} from './line-reader.ts';
import {type ReplayOptions, replayState} from './replay-state.ts';
import type {RunDirectory} from './run-directory.ts';
import type {StateFile} from './state-file.ts';

const lineBreak = 0x0a;

/**
 * What is known about a run: the state file, and then the journal from where that ends. Without a usable state
 * file the whole journal is replayed. Before a run's first record it is the empty state (`runId` is '').
 */
export async function loadState(
	directory: RunDirectory,
	stateFile: StateFile,
	options: ReplayOptions,
): Promise<RunState> {
	const journal = openToRead(directory.journal);
	try {
		const state = await readState(directory, stateFile, journal, options);
		if (journal !== null) {
			replayState(state, journal, directory, options);
		}

		return state;
	} finally {
		if (journal !== null) {
			closeSync(journal);
		}
	}
}

/** The state to start from: empty when there is nothing but the journal. */
async function readState(
	directory: RunDirectory,
	stateFile: StateFile,
	journal: number | null,
	{readOnly, onNotice}: ReplayOptions,
): Promise<RunState> {
	const read = await stateFile.read();
	if (read.kind === 'newer') {
		throw new UserError(
			`${directory.state} was written by version ${read.tool} of promptbatch-tui.`,
			'Install the newest version.',
		);
	}

	const journalBytes = journal === null ? 0 : fstatSync(journal).size;
	if (read.kind === 'absent') {
		if (journalBytes > 0) {
			onNotice('There was no state.json: the state was rebuilt from the journal.');
		}

		return createState();
	}

	// To begin anew would send, and pay for, everything again.
	if (journal === null || journalBytes === 0) {
		throw new UserError(
			`${directory.journal} is ${journal === null ? 'missing' : 'empty'}, and this run's answers were in it.`,
			'Put it back from a copy, or start anew in another folder with --dir.',
		);
	}

	if (read.kind === 'read' && fitsJournal(read.state, journal)) {
		return read.state;
	}

	const kept = readOnly ? '' : ` and is kept as ${keepFileAside(directory.state)}`;
	onNotice(`state.json is broken${kept}: the state was rebuilt from the journal.`);
	return createState();
}

/** Somebody may have put here the state of another run, or one that is ahead of its journal. */
function fitsJournal({runId, journalEnd}: RunState, journal: number): boolean {
	const first = decodeEvent(createLineReader(journal).read(0), {body: false});
	const last = Buffer.alloc(1);
	return (
		(first?.type !== 'run-created' || first.runId === runId) &&
		journalEnd > 0 &&
		readFully(journal, last, journalEnd - 1) === 1 &&
		last[0] === lineBreak
	);
}

function openToRead(file: string): number | null {
	try {
		return openSync(file, 'r');
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return null;
		}

		throw diskError(error, 'read', file);
	}
}
