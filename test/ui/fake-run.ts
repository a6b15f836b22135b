import type {RunCommand} from '../../source/domain/command.ts';
import type {RequestDetail} from '../../source/view/request-detail.ts';
import type {Run, RunEnd} from '../../source/view/run.ts';
import type {RunSnapshot, WindowRequest} from '../../source/view/snapshot.ts';
import {detailFixture, finishedSnapshot, snapshotFixture} from './snapshot-fixture.ts';

/** A run without an engine: a test says what it publishes, and sees what the screen asked for. */
export type FakeRun = Run & {
	readonly commands: readonly RunCommand[];
	readonly windows: readonly WindowRequest[];
	readonly detailsRead: readonly number[];
	publish(snapshot: RunSnapshot): void;
	finish(end: Partial<RunEnd>): void;
	fail(error: Error): void;
};

export function createFakeRun(
	first: RunSnapshot | null = snapshotFixture(),
	readDetail: (index: number) => Promise<RequestDetail> = async index => detailFixture(index),
): FakeRun {
	const commands: RunCommand[] = [];
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
				report: report!,
				directory: 'nightly-eval.promptbatch',
				...end,
			});
		},
		fail: reject,
	};
}
