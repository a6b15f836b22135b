import type {ChosenSet, MarkChange, SetRequest} from '../../source/view/chosen-set.ts';
import type {RequestDetail} from '../../source/view/request-detail.ts';
import type {FaceCommand, Run, RunEnd} from '../../source/view/run.ts';
import type {RunSnapshot, WindowRequest} from '../../source/view/snapshot.ts';
import {detailFixture, finishedSnapshot, snapshotFixture} from './snapshot-fixture.ts';

/** A run without an engine: a test says what it publishes, and sees what the screen asked for. */
export type FakeRun = Run & {
	readonly commands: readonly FaceCommand[];
	readonly marks: readonly MarkChange[];
	/** Sets that were asked for; `chosen` answers. */
	readonly choices: readonly SetRequest[];
	chosen: ChosenSet;
	readonly windows: readonly WindowRequest[];
	readonly detailsRead: readonly number[];
	publish(snapshot: RunSnapshot): void;
	finish(end: Partial<RunEnd>): void;
	fail(error: Error): void;
};

/** 312 failed requests, for ten cents. */
export const chosenFixture: ChosenSet = {
	set: 1,
	count: 312,
	skipped: [],
	inFlight: 0,
	shared: 0,
	batched: 0,
	costUsd: 0.1,
	beforeUsd: null,
	ceilingShare: null,
	problem: null,
};

export function createFakeRun(
	first: RunSnapshot | null = snapshotFixture(),
	readDetail: (index: number) => Promise<RequestDetail> = async index => detailFixture(index),
): FakeRun {
	const commands: FaceCommand[] = [];
	const marks: MarkChange[] = [];
	const choices: SetRequest[] = [];
	const windows: WindowRequest[] = [];
	const detailsRead: number[] = [];
	const listeners = new Set<() => void>();
	let snapshot = first;
	let resolve!: (end: RunEnd) => void;
	let reject!: (error: Error) => void;
	const finished = new Promise<RunEnd>((onEnd, onError) => {
		resolve = onEnd;
		reject = onError;
	});
	return {
		chosen: chosenFixture,
		marks,
		choices,
		commands,
		windows,
		detailsRead,
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		getSnapshot: () => snapshot,
		send: command => commands.push(command),
		look: window => windows.push(window),
		mark: change => marks.push(change),
		async choose(request) {
			choices.push(request);
			return this.chosen;
		},
		readRecord: async (index, form) => `${form} of ${index}`,
		exportSet: async () => ({file: 'nightly-eval-selection-1.jsonl', rows: 3}),
		async readDetail(index) {
			detailsRead.push(index);
			return readDetail(index);
		},
		finished,
		publish(newest) {
			snapshot = newest;
			for (const listener of listeners) listener();
		},
		finish(end) {
			const {report} = finishedSnapshot();
			resolve({
				reason: 'done',
				cause: null,
				why: '',
				obstacle: null,
				sample: null,
				report: report!,
				directory: 'nightly-eval.promptbatch',
				results: 'results.jsonl',
				...end,
			});
		},
		fail: reject,
	};
}
