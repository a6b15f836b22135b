import {indexesOf} from './batch.ts';
import {createQueue} from './create-state.ts';
import type {FailureKind} from './failure.ts';
import {changeParams} from './reduce-params.ts';
import {setStatus} from './set-status.ts';
import type {RunState} from './state.ts';
import type {FailedCounts, TriageEvent} from './triage-event.ts';

/** How a person's decisions about single requests change the state. */
export function reduceTriage(state: RunState, event: TriageEvent, offset: number): void {
	switch (event.type) {
		case 'requests-retried':
			retry(state, event);
			return;
		case 'requests-unwanted':
			for (const index of indexesOf(event.indexes)) {
				state.unwanted.add(index);
			}

			return;
		case 'requests-given-up':
			giveUp(state, event, offset);
			return;
		case 'requests-restored':
			restore(state, event);
			return;
		case 'requests-moved':
			move(state, event);
			return;
		case 'queue-added':
			state.queues.push({...createQueue(event.info), price: event.price});
			return;
		case 'params-changed':
			changeParams(state, event, offset);
	}
}

type Triage<T extends TriageEvent['type']> = Extract<TriageEvent, {type: T}>;

function retry(state: RunState, event: Triage<'requests-retried'>): void {
	const {retries} = state.columns;
	for (const index of indexesOf(event.waiting)) {
		setStatus(state, index, 'queued');
		state.waiting.delete(index);
	}

	for (const index of indexesOf(event.failed)) {
		setStatus(state, index, 'queued');
		retries[index] = Math.max(retries[index]!, Math.min(255, event.retriesUsed));
	}

	countFailed(state, event, -1);
	reopen(state);
}

function giveUp(state: RunState, event: Triage<'requests-given-up'>, offset: number): void {
	for (const index of event.indexes) {
		setStatus(state, index, 'failed');
		state.columns.offset[index] = offset;
		state.waiting.delete(index);
		forgetWishes(state, index);
	}

	countFailed(state, {failedKinds: {cancelled: event.indexes.length}, failedByQueue: event.failedByQueue}, 1);
	state.session.finished += event.indexes.length;
	state.lastFinishedAt = event.at;
	state.resultsWritten = false;
}

function restore(state: RunState, event: Triage<'requests-restored'>): void {
	const retryAt = new Map<number, number>();
	for (let at = 0; at + 1 < event.waiting.length; at += 2) {
		retryAt.set(event.waiting[at]!, event.waiting[at + 1]!);
	}

	let position = 0;
	for (const index of indexesOf(event.indexes)) {
		if (event.to === 'failed') {
			setStatus(state, index, 'failed');
		} else {
			const due = retryAt.get(index);
			setStatus(state, index, due === undefined ? 'queued' : 'waiting');
			if (due !== undefined) {
				state.waiting.set(index, due);
			}

			state.columns.offset[index] = event.offsets[position++] ?? -1;
		}
	}

	countFailed(state, event, event.to === 'failed' ? 1 : -1);
	state.session.finished -= event.to === 'open' ? position : 0;
	reopen(state);
}

/** Ranks below 0 come before all others, ranks above 0 after them; the last move wins. */
function move({moved}: RunState, event: Triage<'requests-moved'>): void {
	const indexes = [...indexesOf(event.indexes)];
	let rank = 0;
	for (const known of moved.values()) {
		rank = event.to === 'front' ? Math.min(rank, known) : Math.max(rank, known);
	}

	rank = event.to === 'front' ? rank - indexes.length : rank + 1;
	for (const index of indexes) {
		moved.set(index, rank++);
	}
}

/** `direction` 1: failed for good; -1: no longer. */
export function countFailed(state: RunState, counts: FailedCounts, direction: 1 | -1): void {
	const {failed} = state.totals;
	for (const [kind, count] of Object.entries(counts.failedKinds) as [FailureKind, number][]) {
		const left = (failed.get(kind) ?? 0) + direction * count;
		if (left > 0) {
			failed.set(kind, left);
		} else {
			failed.delete(kind);
		}
	}

	for (const [number, count] of counts.failedByQueue.entries()) {
		state.queues[number]!.failed += direction * count;
	}
}

/** The run is not over any more, and its result files are not whole. */
export function reopen(state: RunState): void {
	state.finishedAt = null;
	state.resultsWritten = false;
}

/** What a person wished for a request holds until it has its outcome. */
export function forgetWishes({unwanted, moved, pulled}: RunState, index: number): void {
	unwanted.delete(index);
	moved.delete(index);
	pulled.delete(index);
}
