import {countOf} from '../domain/batch.ts';
import type {RunEvent} from '../domain/event.ts';
import {decodeEvent} from '../domain/event-line.ts';
import {reduce} from '../domain/reduce.ts';
import type {RunState} from '../domain/state.ts';
import {UserError} from '../domain/user-error.ts';
import {parseJson} from '../domain/verdict.ts';
import {createDamageList, damageText, type JournalDamage} from './journal-damage.ts';
import {keepPartAside} from './keep-aside.ts';
import {createLineReader} from './line-reader.ts';
import {refuseForeign, refuseNewer} from './refuse-newer.ts';
import {replay} from './replay.ts';
import type {RunDirectory} from './run-directory.ts';
import {restoreState, type SavedState} from './saved-state.ts';

export type ReplayOptions = {
	/** The lock is not ours: another process may be writing, and nothing may be changed. */
	readonly readOnly: boolean;
	/** What was wrong and what was done about it, one sentence each. */
	readonly onNotice: (message: string) => void;
	/** The same of the journal, for those who mend it. */
	readonly onDamage?: (damage: JournalDamage) => void;
};

/** More that are missing between two lines are no gap, but a line that lies. */
const widestGap = 100_000;

/** Takes in what the journal holds from `state.journalEnd` on. Damaged lines are passed over, and told. */
export function replayState(
	state: RunState,
	journal: number,
	directory: RunDirectory,
	{readOnly, onNotice, onDamage}: ReplayOptions,
): void {
	const damage = replayQuietly(state, journal, directory);
	if (state.runId === '' && damage.length > 0) {
		throw new UserError(
			`The first line of ${directory.journal} is damaged, and no state.json stands in for it.`,
			'Put either back from a copy, or start anew in another folder with --dir.',
		);
	}

	for (const found of damage) {
		const isKept = found.kind === 'unreadable' && !readOnly;
		const damage = isKept ? {...found, keptAs: keepPartAside(directory.journal, found, 'damaged')} : found;
		onNotice(damageText(damage));
		onDamage?.(damage);
	}
}

/** The same without a word and without a trace. Returns what is damaged and not made good by a later line. */
export function replayQuietly(
	state: RunState,
	journal: number,
	directory: RunDirectory,
): readonly JournalDamage[] {
	const damage = createDamageList();
	const lines = createLineReader(journal);
	state.journalEnd = replay(journal, state.journalEnd, {
		onEvent(event, offset) {
			refuseNewer(event, directory);
			const taken = takeEvent(state, event, offset, () => lines.read(offset));
			if (taken === 'mended') {
				damage.forget();
			} else if (taken === 'behind-gap') {
				damage.add('gap', offset, 0);
			}

			return taken !== 'impossible';
		},
		onDamage(line, offset) {
			refuseForeign(line, directory);
			const isReadable = decodeEvent(line.toString('utf8'), {body: false}) !== null && !line.includes(0);
			damage.add(isReadable ? 'impossible' : 'unreadable', offset, line.length);
		},
	});
	return damage.list();
}

export type Taken = 'taken' | 'impossible' | 'mended' | 'behind-gap';

/** Takes an event in, if it can be true. `readLine`: its whole line, for an event that is more than its head. */
export function takeEvent(state: RunState, event: RunEvent, offset: number, readLine: () => string): Taken {
	if (event.type === 'journal-mended') {
		if (!takeMended(state, readLine())) {
			return 'impossible';
		}

		reduce(state, event, offset);
		return 'mended';
	}

	if (!isPossible(event, state)) {
		return 'impossible';
	}

	const isBehindGap = fillGap(state, event);
	reduce(state, event, offset);
	return isBehindGap ? 'behind-gap' : 'taken';
}

/** What was lost before is known from here on. */
function takeMended(state: RunState, line: string): boolean {
	const event = decodeEvent(line, {body: true});
	const saved = event?.type === 'journal-mended' ? parseJson(event.saved) : undefined;
	const restored = saved ? restoreState(saved as SavedState) : null;
	if (restored) {
		Object.assign(state, restored);
	}

	return restored !== null;
}

/** Requests whose lines are lost have their place nevertheless, or all behind them would be taken for others. */
function fillGap(state: RunState, event: RunEvent): boolean {
	if (event.type !== 'request-added' || event.index === state.count) {
		return false;
	}

	for (let index = state.count; index < event.index; index++) {
		reduce(state, {...event, index, id: '', parent: null, request: null}, -1);
	}

	return true;
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
	return type === 'request-added' ? index >= count && index - count <= widestGap : isKnown(index, count);
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
