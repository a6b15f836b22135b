import {indexesOf, rangesOf} from '../domain/batch.ts';
import {type Undoable, undoableMs} from '../domain/engine-status.ts';
import type {RunEvent} from '../domain/event.ts';
import type {FailureKind} from '../domain/failure.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import type {FailedCounts} from '../domain/triage-event.ts';
import {countByQueue} from './steer-requests.ts';

/** The last wipe or give-up, remembered as long as it can be taken back, and gone with the process. */
export type Undo = {
	/** Puts what a wipe or a give-up came to on record, and remembers how it was before. */
	record(facts: readonly RunEvent[], at: number): void;
	/** Takes it back, where nothing happened since. A call that was aborted, and a batch that has ended, stay so. */
	facts(at: number): readonly RunEvent[];
	status(now: number): Undoable | null;
};

export type UndoOptions = {
	readonly state: RunState;
	readonly queueOf: (index: number) => number;
	/** Why a request failed for good, by its last line; null where that is damaged. */
	readonly kindAt: (offset: number) => FailureKind | null;
	readonly record: (event: RunEvent) => void;
};

/** How the requests were before, in the order of `indexes`. */
type Kept = {
	readonly what: Undoable['what'];
	/** All that it was about, and of them those that can be taken back. */
	readonly count: number;
	readonly indexes: readonly number[];
	/** Last journal lines: of wiped ones before, of given-up ones before and since. */
	readonly before: readonly number[];
	readonly since: readonly number[];
	readonly attempts: readonly number[];
	readonly retryAt: ReadonlyMap<number, number>;
	/** Of the wiped: how often those had been asked that are asked several times. */
	readonly rounds: ReadonlyMap<number, number>;
	/** Of the wiped. */
	readonly failedKinds: FailedCounts['failedKinds'];
	/** In a batch: unwanted since. */
	readonly batched: readonly number[];
	readonly until: number;
};

export function createUndo(options: UndoOptions): Undo {
	const {state, record} = options;
	let last: Kept | null = null;

	return {
		record(facts, at) {
			const kept = keep(state, facts, at);
			for (const fact of facts) {
				record(fact);
			}

			if (kept !== null) {
				const since = kept.indexes.map(index => state.columns.offset[index]!);
				last = kept.indexes.length + kept.batched.length > 0 ? {...kept, since} : null;
			}
		},
		facts(at) {
			const kept = last;
			last = null;
			if (kept === null || at > kept.until) {
				return [];
			}

			return [kept.what === 'wipe' ? unwiped(kept, options, at) : openAgain(kept, options, at)];
		},
		status(now) {
			return last === null || now > last.until
				? null
				: {what: last.what, count: last.count, until: last.until};
		},
	};
}

/** Null when the facts are no wipe and no give-up. */
function keep(state: RunState, facts: readonly RunEvent[], at: number): Kept | null {
	const indexes: number[] = [];
	const batched: number[] = [];
	let what: Undoable['what'] | null = null;
	let count = 0;
	let failedKinds: Kept['failedKinds'] = {};
	for (const fact of facts) {
		switch (fact.type) {
			case 'requests-wiped':
			case 'requests-given-up': {
				const isWipe = fact.type === 'requests-wiped';
				what = isWipe ? 'wipe' : 'give-up';
				failedKinds = isWipe ? fact.failedKinds : {};
				for (const index of isWipe ? indexesOf(fact.indexes) : fact.indexes) {
					indexes.push(index);
				}

				break;
			}

			case 'requests-unwanted':
				what = 'give-up';
				for (const index of indexesOf(fact.indexes)) {
					count++;
					if (state.columns.status[index] === statusCode.batched) {
						batched.push(index);
					}
				}

				break;
			default:
		}
	}

	const {offset, attempts} = state.columns;
	const retryAt = new Map<number, number>();
	for (const index of state.waiting.size === 0 ? [] : indexes) {
		const due = state.waiting.get(index);
		if (due !== undefined) {
			retryAt.set(index, due);
		}
	}

	const rounds = new Map(
		what === 'wipe' && state.rounds.size > 0
			? indexes.flatMap(index => {
					const count = state.rounds.get(index);
					return count === undefined ? [] : [[index, count] as const];
				})
			: [],
	);
	return (
		what && {
			what,
			count: count + indexes.length,
			indexes,
			before: indexes.map(index => offset[index]!),
			since: [],
			attempts: indexes.map(index => attempts[index]!),
			retryAt,
			rounds,
			failedKinds,
			batched,
			until: at + undoableMs,
		}
	);
}

/** Wiped ones that wait in their queue as they did then fail again, as they had. */
function unwiped(kept: Kept, {state, queueOf, kindAt}: UndoOptions, at: number): RunEvent {
	const {columns} = state;
	const {indexes, since, attempts, count} = kept;
	const left: number[] = [];
	const offsets: number[] = [];
	const gone: number[] = [];
	for (const [position, index] of indexes.entries()) {
		const isLeft =
			columns.status[index] === statusCode.queued &&
			columns.offset[index] === since[position] &&
			columns.attempts[index] === attempts[position];
		(isLeft ? offsets : gone).push(since[position]!);
		if (isLeft) {
			left.push(index);
		}
	}

	// Each kind costs a look into the journal, so they are counted for the smaller part.
	const isMost = offsets.length > gone.length;
	const kinds = new Map(isMost ? (Object.entries(kept.failedKinds) as [FailureKind, number][]) : []);
	for (const offset of isMost ? gone : offsets) {
		const kind = kindAt(offset);
		if (kind !== null) {
			kinds.set(kind, (kinds.get(kind) ?? 0) + (isMost ? -1 : 1));
		}
	}

	return {
		type: 'requests-restored',
		at,
		of: count,
		to: 'failed',
		indexes: rangesOf(left),
		waiting: [],
		offsets: [],
		...(kept.rounds.size === 0 ? null : {rounds: left.flatMap(index => entryOf(kept.rounds, index))}),
		wanted: [],
		failedKinds: Object.fromEntries(kinds),
		failedByQueue: countByQueue(left, state, queueOf),
	};
}

function entryOf(rounds: ReadonlyMap<number, number>, index: number): readonly number[] {
	const count = rounds.get(index);
	return count === undefined ? [] : [index, count];
}

/** Given-up ones that failed on that very line are open again; those that are in a batch still are wanted again. */
function openAgain(
	{indexes, before, since, retryAt, batched, count}: Kept,
	{state, queueOf}: UndoOptions,
	at: number,
): RunEvent {
	const {status, offset} = state.columns;
	const left: number[] = [];
	const offsets: number[] = [];
	const waiting: number[] = [];
	for (const [position, index] of indexes.entries()) {
		if (status[index] !== statusCode.failed || offset[index] !== since[position]) {
			continue;
		}

		left.push(index);
		offsets.push(before[position]!);
		const due = retryAt.get(index);
		if (due !== undefined) {
			waiting.push(index, due);
		}
	}

	return {
		type: 'requests-restored',
		at,
		of: count,
		to: 'open',
		indexes: rangesOf(left),
		waiting,
		offsets,
		wanted: rangesOf(
			batched.filter(index => state.unwanted.has(index) && status[index] === statusCode.batched),
		),
		failedKinds: left.length > 0 ? {cancelled: left.length} : {},
		failedByQueue: countByQueue(left, state, queueOf),
	};
}
