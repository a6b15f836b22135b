import type {Buffer} from 'node:buffer';
import {countOf} from '../domain/batch.ts';
import type {RunEvent} from '../domain/event.ts';
import {foreignEventType} from '../domain/plain-events.ts';
import {reduce} from '../domain/reduce.ts';
import type {RunState} from '../domain/state.ts';
import {UserError} from '../domain/user-error.ts';
import {keepLineAside} from './keep-aside.ts';
import {replay} from './replay.ts';
import type {RunDirectory} from './run-directory.ts';

export type ReplayOptions = {
	/** The lock is not ours: another process may be writing, and nothing may be changed. */
	readonly readOnly: boolean;
	/** What was wrong and what was done about it, one sentence each. */
	readonly onNotice: (message: string) => void;
};

/** Takes in what the journal holds from `state.journalEnd` on. Damaged lines are passed over, and told. */
export function replayState(
	state: RunState,
	journal: number,
	directory: RunDirectory,
	{readOnly, onNotice}: ReplayOptions,
): void {
	state.journalEnd = replay(journal, state.journalEnd, {
		onEvent(event, offset) {
			const possible = isPossible(event, state);
			if (possible) {
				reduce(state, event, offset);
			}

			return possible;
		},
		onDamage(line, offset) {
			refuseForeign(line, directory);
			if (state.runId === '') {
				throw new UserError(
					`The first line of ${directory.journal} is damaged, and no state.json stands in for it.`,
					'Put either back from a copy, or start anew in another folder with --dir.',
				);
			}

			const kept = readOnly ? '' : `, kept as ${keepLineAside(directory.journal, line, offset)},`;
			onNotice(
				`A damaged line of ${line.length} bytes at byte ${offset} of the journal${kept} was passed over.`,
			);
		},
	});
}

/** To pass over what only a newer version can read could lose answers, or send requests again. */
export function refuseForeign(line: Buffer, directory: Pick<RunDirectory, 'journal'>): void {
	const type = foreignEventType(line.toString('utf8'));
	if (type !== null) {
		throw new UserError(
			`${directory.journal} was written by a version of promptbatch-tui that knows “${type}”.`,
			'Install the newest version.',
		);
	}
}

/** Guards `reduce` against lines that read well and yet cannot be true. */
export function isPossible(event: RunEvent, state: RunState): boolean {
	if (event.type === 'run-created') {
		return state.runId === '';
	}

	return (
		state.runId !== '' &&
		(!('index' in event) || isIndexPossible(event, state.count)) &&
		rangesOn(event).every(entry => isKnown(entry, state.count)) &&
		(!('failedByQueue' in event) || event.failedByQueue.length <= state.queues.length) &&
		(!('queue' in event) || event.queue in state.queues) &&
		(!('sizes' in event) || sumsUp(event)) &&
		(event.type !== 'params-changed' || isQueue(event.queueKey, state))
	);
}

/** Calls, or lines, of one request or more, that hold all of them. */
function sumsUp(event: Extract<RunEvent, {type: 'attempt-started' | 'shard-cut'}>): boolean {
	const {sizes = []} = event;
	const requests = event.type === 'shard-cut' ? countOf(event.indexes) : event.indexes.length;
	return sizes.every(size => size > 0) && sizes.reduce((sum, size) => sum + size, 0) === requests;
}

function isIndexPossible({type, index}: RunEvent & {readonly index: number}, count: number): boolean {
	return type === 'request-added' ? index === count : isKnown(index, count);
}

function isQueue(key: string | null, {queues}: RunState): boolean {
	return key === null || queues.some(({info}) => info.key === key);
}

function rangesOn(event: RunEvent): readonly (number | readonly [number, number])[] {
	switch (event.type) {
		case 'requests-retried':
			return [...event.waiting, ...event.failed];
		case 'requests-restored':
			return [...event.indexes, ...event.wanted];
		default:
			return 'indexes' in event ? event.indexes : [];
	}
}

/** An index, or a range of them. */
function isKnown(entry: number | readonly [number, number], count: number): boolean {
	const [from, length] = typeof entry === 'number' ? [entry, 1] : entry;
	return from >= 0 && length > 0 && from + length <= count;
}
