import {type IndexRanges, indexesOf, isOpen, rangesOf} from './batch.ts';
import {createColumns, createQueue} from './create-state.ts';
import type {KeptRange, RunEvent} from './event.ts';
import type {FailureKind} from './failure.ts';
import {rangeWith} from './origin.ts';
import {lapseModels} from './reduce-params.ts';
import type {QueueInfo} from './request.ts';
import {reopen} from './set-status.ts';
import {type QueueState, type RunState, statusCode} from './state.ts';

type SpecChanged = Extract<RunEvent, {type: 'spec-changed'}>;

/**
 * Moves every kept request to its new index. What was spent stays spent: requests that left the spec leave the
 * counts, their tokens and cost do not. Nothing is in flight when a spec is changed; batches may
 * be out.
 */
export function changeSpec(state: RunState, event: SpecChanged, offset: number): void {
	const before = state.columns;
	const kept = keptRanges(state, event);
	const additions = keptAdditions(state, event);
	const count = event.count + lengthOf(additions);
	const after = createColumns(count);
	const moved = new Map<number, number>();
	forgetRounds(state);
	const sparse = [
		state.waiting,
		state.truncated,
		state.rounds,
		state.expired,
		state.missing,
		state.mostShared,
		state.moved,
		state.changed,
	];
	const sets = [
		state.unwanted,
		state.pulled,
		state.roundDue,
		state.unjudged,
		...(state.sample ? [state.sample.indexes] : []),
	];
	for (const [from, was, length] of kept) {
		for (const column of ['status', 'attempts', 'retries', 'waits', 'offset'] as const) {
			after[column].set(before[column].subarray(was, was + length), from);
		}

		for (let step = 0; step < length; step++) {
			if ([...sparse, ...sets].some(entries => entries.has(was + step))) {
				moved.set(was + step, from + step);
			}
		}
	}

	state.specDigest = event.specDigest;
	state.epochs.push({startsAt: offset, kept});
	dropAdditions(state, additions);
	state.count = count;
	state.added.from = event.count;
	state.columns = after;
	for (const entries of sparse) {
		rekey(entries, moved);
	}

	for (const entries of sets) {
		const kept = [...entries].flatMap(was => moved.get(was) ?? []);
		entries.clear();
		for (const index of kept) {
			entries.add(index);
		}
	}

	for (const batch of state.batches.values()) {
		batch.indexes = moveRanges(batch.indexes, kept);
		batch.remaining = isOpen(batch) ? stillBatched(after.status, batch.indexes) : 0;
	}

	// A stage of the new spec opens when it begins; one that the spec has no more would be open for ever.
	for (const stage of state.stages) {
		stage.isOpen = false;
	}

	lapseModels(state, event.queues, offset);
	const known = new Map(state.queues.map(queue => [queue.info.key, queue]));
	const infos = [...event.queues, ...addedQueues(state, known, event)];
	moveBatches(state, infos);
	moveAdded(state, infos);
	state.queues = infos.map(info => known.get(info.key) ?? createQueue(info));
	reopen(state);
	recount(state, event);
}

function addedCount({count, added}: RunState): number {
	return count - added.from;
}

type Additions = NonNullable<SpecChanged['added']>;

/** What stages added and stays comes behind the requests of the spec as before. */
export function keptRanges(
	state: RunState,
	event: Pick<SpecChanged, 'count' | 'kept' | 'added'>,
): SpecChanged['kept'] {
	let from = event.count;
	const additions = keptAdditions(state, event).map(([start, length]): KeptRange => {
		const range = [from, state.added.from + start, length] as const;
		from += length;
		return range;
	});
	return [...event.kept, ...additions];
}

function keptAdditions(state: RunState, {added}: Pick<SpecChanged, 'added'>): Additions {
	const count = addedCount(state);
	return added ?? (count === 0 ? [] : [[0, count]]);
}

function lengthOf(additions: Additions): number {
	return additions.reduce((sum, [, length]) => sum + length, 0);
}

/** Moves those that stay together; what the others came to stays spent. */
function dropAdditions({added, stages, count, added: {from}}: RunState, additions: Additions): void {
	for (let position = 0; position < count - from; position++) {
		stages[added.stage[position]!]!.count--;
	}

	let to = 0;
	for (const [start, length] of additions) {
		for (const column of [added.offset, added.queue, added.stage]) {
			column.copyWithin(to, start, start + length);
		}

		to += length;
	}

	for (let position = 0; position < to; position++) {
		stages[added.stage[position]!]!.count++;
	}
}

/**
 * What was answered in the words of the older spec is no part of a conversation in those of the new one. A batch that
 * is out answers the round that it was cut for.
 */
function forgetRounds({rounds, roundDue, columns}: RunState): void {
	for (const index of rounds.keys()) {
		if (columns.status[index] !== statusCode.batched) {
			rounds.delete(index);
			roundDue.delete(index);
		}
	}
}

/** Queues of requests that were added or whose model was changed stay, although the spec does not name them. */
function addedQueues(
	state: RunState,
	known: ReadonlyMap<string, QueueState>,
	{queues}: SpecChanged,
): readonly QueueInfo[] {
	const named = new Set(queues.map(({key}) => key));
	const {changed, changes, added, queues: before} = state;
	const used = new Set([...changed.values()].flatMap(number => changes[number]!.queueKey ?? []));
	for (const queue of new Set(added.queue.subarray(0, addedCount(state)))) {
		used.add(before[queue]!.info.key);
	}

	return [...used].flatMap(key => (named.has(key) ? [] : (known.get(key)?.info ?? [])));
}

/** Queues may be numbered anew; a batch of one that left is still fetched, paid for and removed. */
function moveBatches({batches, queues}: RunState, next: readonly QueueInfo[]): void {
	for (const batch of batches.values()) {
		const {info, price} = queues[batch.queue] ?? batch.formerQueue!;
		batch.queue = next.findIndex(({key}) => key === info.key);
		batch.formerQueue = batch.queue < 0 ? {info, price} : null;
	}
}

function moveAdded(state: RunState, next: readonly QueueInfo[]): void {
	const {added, queues} = state;
	const places = queues.map(({info}) => next.findIndex(({key}) => key === info.key));
	const count = addedCount(state);
	for (let position = 0; position < count; position++) {
		added.queue[position] = places[added.queue[position]!]!;
	}
}

/** A batch keeps its lines; those of requests that left the spec belong to none. */
function moveRanges(ranges: IndexRanges, kept: SpecChanged['kept']): IndexRanges {
	const byPlace = [...kept].sort((a, b) => a[1] - b[1]);
	return rangesOf(moveEach(ranges, byPlace));
}

function* moveEach(ranges: IndexRanges, kept: readonly SpecChanged['kept'][number][]): Generator<number> {
	for (const index of indexesOf(ranges)) {
		const range = rangeWith(kept, 'was', index);
		yield range ? range[0] + index - range[1] : -1;
	}
}

function stillBatched(status: Uint8Array, ranges: IndexRanges): number {
	let count = 0;
	for (const index of indexesOf(ranges)) {
		count += index >= 0 && status[index] === statusCode.batched ? 1 : 0;
	}

	return count;
}

function rekey(entries: Map<number, number>, moved: ReadonlyMap<number, number>): void {
	const kept = [...entries].flatMap(([was, value]) => {
		const index = moved.get(was);
		return index === undefined ? [] : [[index, value] as const];
	});
	entries.clear();
	for (const [index, value] of kept) {
		entries.set(index, value);
	}
}

function recount(state: RunState, event: SpecChanged): void {
	const {totals, columns} = state;
	// `started` stays, as `attempts` does: their difference is the retries of the run.
	totals.status.fill(0);
	for (let index = 0; index < state.count; index++) {
		totals.status[columns.status[index]!]!++;
	}

	totals.failed.clear();
	for (const [kind, count] of Object.entries(event.failedKinds)) {
		totals.failed.set(kind as FailureKind, count);
	}

	// Part of the lane counts may belong to requests that left; the direct lane takes the difference.
	totals.done.direct =
		totals.status[statusCode.done]! - Math.min(totals.done.batch, totals.status[statusCode.done]!);
	totals.done.batch = totals.status[statusCode.done]! - totals.done.direct;
}
