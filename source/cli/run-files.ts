import type {RunEvent} from '../domain/event.ts';
import {encodeEvent} from '../domain/event-line.ts';
import type {Journal} from '../domain/ports.ts';
import {reduce} from '../domain/reduce.ts';
import type {RunState} from '../domain/state.ts';
import type {RunDirectory} from '../store/run-directory.ts';
import type {StateFile} from '../store/state-file.ts';
import type {OnStep} from './failpoint.ts';
import type {RunLines} from './run-lines.ts';

/** The files of a run while it is opened. */
export type RunFiles = {
	readonly directory: RunDirectory;
	readonly journal: Journal;
	readonly lines: RunLines;
	readonly stateFile: StateFile;
	readonly onNotice: (message: string) => void;
	readonly onStep: OnStep | undefined;
};

/** Puts a fact on record while no engine runs. */
export function recordFact(state: RunState, journal: Journal, event: RunEvent): void {
	reduce(state, event, journal.append(encodeEvent(event)));
	state.journalEnd = journal.end;
	journal.flush();
}
