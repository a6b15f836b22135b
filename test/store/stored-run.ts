import path from 'node:path';
import {createState} from '../../source/domain/create-state.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import {encodeEvent} from '../../source/domain/event-line.ts';
import type {Journal} from '../../source/domain/ports.ts';
import {reduce} from '../../source/domain/reduce.ts';
import type {RunState} from '../../source/domain/state.ts';
import {openJournal} from '../../source/store/journal.ts';
import {openRunDirectory, type RunDirectory} from '../../source/store/run-directory.ts';
import {randomRun} from '../domain/random-run.ts';

/** A run on a real disk: its journal, and the state that its events led to. */
export type StoredRun = {
	readonly directory: RunDirectory;
	readonly journal: Journal;
	readonly state: RunState;
	/** Where each event's line begins. */
	readonly offsets: readonly number[];
	/** Puts an event on record, and returns its offset. */
	take(event: RunEvent): number;
};

export function storedRun(folder: string): StoredRun {
	const directory = openRunDirectory(path.join(folder, 'demo.promptbatch'));
	const journal = openJournal(directory.journal, {onNotice: fail});
	const state = createState();
	const offsets: number[] = [];
	return {
		directory,
		journal,
		state,
		offsets,
		take(event) {
			const offset = journal.append(encodeEvent(event));
			reduce(state, event, offset);
			state.journalEnd = journal.end;
			offsets.push(offset);
			return offset;
		},
	};
}

/** The events of a random run, with their chains of offsets as they are in a file. */
export function storeRandomRun(
	folder: string,
	random: () => number,
	count: number,
	steps: number,
): StoredRun {
	const run = storedRun(folder);
	for (const event of randomRun(random, count, steps, true).events) {
		const hasPrevious =
			(event.type === 'attempt-answered' || event.type === 'attempt-failed') && event.previous >= 0;
		run.take(hasPrevious ? {...event, previous: run.offsets[event.previous]!} : event);
	}

	run.journal.flush();
	return run;
}

function fail(message: string): void {
	throw new Error(message);
}
