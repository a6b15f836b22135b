import {countOf, indexesOf} from './batch.ts';
import {endAttempt} from './calls-out.ts';
import {createQueue} from './create-state.ts';
import {changeParams} from './reduce-params.ts';
import {countFailed, forgetWishes, reopen, setStatus} from './set-status.ts';
import type {RunState} from './state.ts';
import type {TriageEvent} from './triage-event.ts';

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
		endAttempt(state, index, 'failed');
		state.columns.offset[index] = offset;
		forgetWishes(state, index);
	}

	countFailed(state, {failedKinds: {cancelled: event.indexes.length}, failedByQueue: event.failedByQueue}, 1);
	state.session.finished += event.indexes.length;
	state.lastFinishedAt = event.at;
	state.resultsWritten = false;
}

function restore(state: RunState, event: Triage<'requests-restored'>): void {
	for (const index of indexesOf(event.wanted)) {
		state.unwanted.delete(index);
	}

	const count = countOf(event.indexes);
	if (count === 0) {
		return;
	}

	if (event.to === 'failed') {
		for (const index of indexesOf(event.indexes)) {
			setStatus(state, index, 'failed');
			state.waiting.delete(index);
			forgetWishes(state, index);
		}

		restoreRounds(state, event.rounds ?? []);
	} else {
		openAgain(state, event);
		state.session.finished -= count;
	}

	countFailed(state, event, event.to === 'failed' ? 1 : -1);
	reopen(state);
}

function restoreRounds({rounds}: RunState, entries: readonly number[]): void {
	for (let at = 0; at + 1 < entries.length; at += 2) {
		rounds.set(entries[at]!, entries[at + 1]!);
	}
}

function openAgain(
	state: RunState,
	{indexes, waiting, offsets}: Pick<Triage<'requests-restored'>, 'indexes' | 'waiting' | 'offsets'>,
): void {
	let position = 0;
	for (const index of indexesOf(indexes)) {
		setStatus(state, index, 'queued');
		state.columns.offset[index] = offsets[position++] ?? -1;
	}

	for (let at = 0; at + 1 < waiting.length; at += 2) {
		setStatus(state, waiting[at]!, 'waiting');
		state.waiting.set(waiting[at]!, waiting[at + 1]!);
	}
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
