import {Buffer} from 'node:buffer';
import {closeSync, constants, fstatSync, openSync} from 'node:fs';
import {createState} from '../domain/create-state.ts';
import {decodeEvent} from '../domain/event-line.ts';
import type {RunState} from '../domain/state.ts';
import {UserError} from '../domain/user-error.ts';
import {diskError, errorCode} from './disk-error.ts';
import {damageText, type JournalDamage} from './journal-damage.ts';
import {keepFileAside} from './keep-aside.ts';
import {createLineReader, readFully} from './line-reader.ts';
import {refuseLostJournal} from './lost-journal.ts';
import {lastLineEnd} from './mend-tail.ts';
import {offsetsHold} from './offsets-hold.ts';
import {refuseNewerRun} from './refuse-newer.ts';
import {type ReplayOptions, replayQuietly, replayState} from './replay-state.ts';
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
	refuseNewerRun(directory);
	refuseLostJournal(directory);
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

/** The journal alone, from its first line on: what is known without `state.json`, and what is damaged. */
export function readJournal(directory: RunDirectory): {
	readonly state: RunState;
	readonly damage: readonly JournalDamage[];
} {
	const journal = openToRead(directory.journal);
	const state = createState();
	try {
		return {state, damage: journal === null ? [] : replayQuietly(state, journal, directory)};
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
	{readOnly, onNotice, onDamage}: ReplayOptions,
): Promise<RunState> {
	const read = await stateFile.read();
	const journalBytes = journal === null ? 0 : fstatSync(journal).size;
	if (read.kind === 'absent') {
		if (journalBytes > 0) {
			onNotice('There was no state.json: the state was rebuilt from the journal.');
		}

		return createState();
	}

	if (read.kind === 'read' && journal !== null && isOfJournal(read.state, journal)) {
		const {state, isOlder} = read;
		const upToDate = isOlder ? migrated(directory, onNotice) : null;
		if (upToDate) {
			return upToDate;
		}

		if (state.journalEnd <= journalBytes && isLineEnd(journal, state.journalEnd)) {
			return state;
		}

		const cut = cutOff(state, journal, journalBytes, directory);
		if (cut) {
			onNotice(damageText(cut));
			onDamage?.(cut);
			return state;
		}
	}

	const kept = readOnly ? '' : ` and is kept as ${keepFileAside(directory.state)}`;
	onNotice(`state.json is broken${kept}: the state was rebuilt from the journal.`);
	return createState();
}

/**
 * An older state says nothing of what was not counted then; the journal tells it. Null where that is damaged: then the
 * older state knows more than it.
 */
function migrated(directory: RunDirectory, onNotice: ReplayOptions['onNotice']): RunState | null {
	const {state, damage} = readJournal(directory);
	if (damage.length > 0) {
		return null;
	}

	onNotice(
		'state.json is of an earlier version: it is brought up to date from the journal, and a copy is kept.',
	);
	return state;
}

/** Somebody may have put here the state of another run. */
function isOfJournal({runId}: RunState, journal: number): boolean {
	const first = decodeEvent(createLineReader(journal).read(0), {body: false});
	return first?.type !== 'run-created' || first.runId === runId;
}

function isLineEnd(journal: number, end: number): boolean {
	const last = Buffer.alloc(1);
	return end > 0 && readFully(journal, last, end - 1) === 1 && last[0] === lineBreak;
}

/**
 * The end of the journal is gone. What it told of money and batches is known nevertheless, where the state is one of
 * this journal; the outcomes that stood there are for whoever mends it.
 */
function cutOff(
	state: RunState,
	journal: number,
	journalBytes: number,
	directory: RunDirectory,
): JournalDamage | null {
	const known = state.journalEnd;
	const {damage, state: told} = readJournal(directory);
	if (known > journalBytes && told.runId === '') {
		throw new UserError(
			`${directory.journal} is damaged from its first line on and shorter than state.json knows it: this run's answers were in it.`,
			'Put it back from a copy, or start anew in another folder with --dir.',
		);
	}

	if (known <= journalBytes || !offsetsHold(state, journal, damage)) {
		return null;
	}

	state.journalEnd = lastLineEnd(journal, journalBytes);
	return {kind: 'cut', offset: state.journalEnd, bytes: known - state.journalEnd, lines: 1, keptAs: null};
}

function openToRead(file: string): number | null {
	try {
		return openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return null;
		}

		throw diskError(error, 'read', file);
	}
}
