import type {RunCommand, StopCause} from '../domain/command.ts';
import type {RunEvent} from '../domain/event.ts';
import type {Dump} from './attempt-dump.ts';
import type {ChosenSet, MarkChange, SetAct, SetRequest} from './chosen-set.ts';
import type {Obstacle} from './obstacle.ts';
import type {RecordForm} from './record-text.ts';
import type {Report} from './report.ts';
import type {RequestDetail} from './request-detail.ts';
import type {SampleView} from './sample-view.ts';
import type {RunSnapshot, WindowRequest} from './snapshot.ts';

/**
 * What both faces see of a run, whether the engine works in this thread or in another. Snapshots are published
 * at most 5 times a second; they hold aggregates and the rows that were asked for, never one message a request.
 */
export type Run = {
	/** Calls back when there is a newer snapshot. Returns the unsubscribe. */
	subscribe(listener: () => void): () => void;
	/** Null until the run directory is open. */
	getSnapshot(): RunSnapshot | null;
	send(command: FaceCommand): void;
	/** Says which rows the next snapshots shall hold. A changed window is answered at once. */
	look(window: WindowRequest): void;
	/** Marks are kept where the requests are: a million of them may be marked. Answered at once by a snapshot. */
	mark(change: MarkChange): void;
	/** Fixes a set of requests, so that what is confirmed is what was asked about. */
	choose(request: SetRequest): Promise<ChosenSet>;
	/** Prompt, answer, error and attempts of one request, read from the disk. */
	readDetail(index: number): Promise<RequestDetail>;
	/** One request to copy or to page through. */
	readRecord(index: number, form: RecordForm): Promise<string>;
	/** Writes what a set's requests came to as JSON lines into a new file. Rejects with a UserError. */
	exportSet(set: number): Promise<{readonly file: string; readonly rows: number}>;
	/** Resolves when the engine has stopped and everything is saved. Rejects on a bug, or with a UserError. */
	readonly finished: Promise<RunEnd>;
};

/** A command of the engine, or an act on a set that was chosen before. */
export type FaceCommand =
	| RunCommand
	| {readonly type: 'act'; readonly set: number; readonly act: SetAct}
	/** Nobody is there any more: end when only a person could go on. */
	| {readonly type: 'leave-when-stuck'};

/** A run in this thread also hands out every event, for the lines of the headless displays. */
export type LocalRun = Run & {
	onEvent(listener: (event: RunEvent) => void): void;
	/** Attempts in full, as `--verbose` asks for them. */
	onDump(listener: (dump: Dump) => void): void;
};

export type RunEnd = {
	/**
	 * `done`: every request has an outcome. `stuck`: only a person can go on (`why` says what to do).
	 * `stopped`: a person or a signal ended the session.
	 */
	readonly reason: 'done' | 'stuck' | 'stopped';
	readonly cause: StopCause | null;
	readonly why: string;
	/** What stands in the way of the next session, and a person must clear; null: nothing, or only a hold. */
	readonly obstacle: Obstacle | null;
	/** What a sample came to, where it is that stands in the way. */
	readonly sample: SampleView | null;
	readonly report: Report;
	/** Relative to nothing: as the user gave it or as it was derived, for the closing lines. */
	readonly directory: string;
	/** Name of the result file in it, or the pattern of its parts. */
	readonly results: string;
};
