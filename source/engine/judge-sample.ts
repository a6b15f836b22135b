import type {RunEvent} from '../domain/event.ts';
import {causeOf} from '../domain/failure.ts';
import {isOver} from '../domain/is-over.ts';
import {failureIn} from '../domain/request-line.ts';
import {outputsOf} from '../domain/sample.ts';
import type {SampleDone} from '../domain/sample-event.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import type {EngineOptions} from './engine-options.ts';

export type SampleJudgeOptions = Pick<EngineOptions, 'state' | 'clock' | 'goesOnAfterSample'> & {
	/** What stands at an offset of the journal, without bodies; null where the line is damaged. */
	readonly readEvent: (offset: number) => RunEvent | null;
	readonly record: (event: RunEvent) => void;
	/** It waits for a twin, which may be no part of the sample, and then starts only after it. */
	readonly isParked: (index: number) => boolean;
};

/**
 * Sees when every request of a sample has its outcome, and puts on record what they came to. Asked on every turn: it
 * looks at those that were still open when it looked last, and at all once none of these is.
 */
export function createSampleJudge(options: SampleJudgeOptions): () => void {
	const {state, record, isParked} = options;
	let open: number[] = [];
	const isThrough = (index: number) => hasOutcome(state, index) || isParked(index);

	return () => {
		const {sample} = state;
		if (sample?.step !== 'open') {
			return;
		}

		while (open.length > 0 && (isThrough(open.at(-1)!) || !sample.indexes.has(open.at(-1)!))) {
			open.pop();
		}

		if (open.length === 0) {
			// A person may have sent some of them again.
			open = [...sample.indexes].filter(index => !isThrough(index));
			if (open.length === 0) {
				record(resultOf(options, [...sample.indexes], sample.outputs));
			}
		}
	};
}

function resultOf(
	{state, readEvent, clock, goesOnAfterSample}: SampleJudgeOptions,
	indexes: readonly number[],
	outputs: readonly number[],
): SampleDone {
	const {status} = state.columns;
	const failed = indexes.filter(index => status[index] === statusCode.failed);
	const done = indexes.filter(index => status[index] === statusCode.done);
	const causes = new Map<string, number>();
	for (const index of failed) {
		const failure = failureIn(readEvent(state.columns.offset[index]!));
		const cause = failure ? causeOf(failure) : 'task';
		causes.set(cause, (causes.get(cause) ?? 0) + 1);
	}

	return {
		type: 'sample-done',
		at: clock.now(),
		purpose: state.sample!.purpose,
		requests: {done: done.length, failed: failed.length},
		failures: [...causes].sort(([, one], [, other]) => other - one),
		outputs: outputsOf(outputs),
		pauses: !isOver(state) && !goesOnAfterSample,
	};
}

function hasOutcome({columns: {status}}: RunState, index: number): boolean {
	return status[index] === statusCode.done || status[index] === statusCode.failed;
}
