import type {AnswerAccepted, AnswerRefused, RequestAdded, StageEvent} from './added-event.ts';
import {grown} from './grown.ts';
import {finishRequest, forgetSetbacks} from './reduce-attempt.ts';
import {forgetWishes, reopen, setStatus} from './set-status.ts';
import {noStatus, type RunState, type StageState, statusCode} from './state.ts';

/** How stages change the state: by what they add, and by their verdicts on answers. */
export function reduceAdded(state: RunState, event: StageEvent, offset: number): void {
	switch (event.type) {
		case 'request-added':
			add(state, event, offset);
			return;
		case 'stage-opened':
			stageOf(state, event.stage).isOpen = true;
			return;
		case 'stage-closed':
			stageOf(state, event.stage).isOpen = false;
			return;
		case 'stage-failed':
			state.stageFailure = event.reason;
			return;
		case 'answer-accepted':
			accept(state, event, offset);
			return;
		case 'answer-refused':
			refuse(state, event, offset);
	}
}

function add(state: RunState, {at, queue, stage}: RequestAdded, offset: number): void {
	const {columns, added, totals} = state;
	const index = state.count;
	const count = index + 1;
	columns.status = grown(columns.status, count, noStatus);
	columns.attempts = grown(columns.attempts, count);
	columns.retries = grown(columns.retries, count);
	columns.waits = grown(columns.waits, count);
	columns.offset = grown(columns.offset, count, -1);
	columns.status[index] = statusCode.queued;
	totals.status[statusCode.queued]!++;
	const position = index - added.from;
	added.offset = grown(added.offset, position + 1);
	added.queue = grown(added.queue, position + 1);
	added.stage = grown(added.stage, position + 1);
	added.offset[position] = offset;
	added.queue[position] = queue;
	const of = stageOf(state, stage);
	added.stage[position] = state.stages.indexOf(of);
	of.count++;
	state.count = count;
	state.lastAddedAt = at;
	reopen(state);
}

function stageOf({stages}: RunState, name: string): StageState {
	let stage = stages.find(one => one.name === name);
	if (!stage) {
		stage = {name, isOpen: true, count: 0, used: {requests: 0, tokens: 0, costPico: 0n}};
		stages.push(stage);
	}

	return stage;
}

function accept(state: RunState, event: AnswerAccepted, offset: number): void {
	const {index, at, lane} = event;
	settle(state, index, offset, 'done');
	forgetSetbacks(state, index);
	forgetWishes(state, index);
	state.totals.done[lane]++;
	state.queues[event.queue]!.done++;
	finishRequest(state, at, lane, true);
}

function refuse(state: RunState, event: AnswerRefused, offset: number): void {
	const {index, at, lane, failure, sequel} = event;
	const {totals, columns} = state;
	settle(state, index, offset, sequel === 'retry' ? 'waiting' : 'failed');
	totals.failedAttempts.set(failure.kind, (totals.failedAttempts.get(failure.kind) ?? 0) + 1);
	if (sequel === 'retry') {
		columns.retries[index] = Math.min(255, columns.retries[index]! + 1);
		state.waiting.set(index, event.retryAt ?? at);
		return;
	}

	totals.failed.set(failure.kind, (totals.failed.get(failure.kind) ?? 0) + 1);
	forgetSetbacks(state, index);
	forgetWishes(state, index);
	state.queues[event.queue]!.failed++;
	finishRequest(state, at, lane, false);
}

function settle(state: RunState, index: number, offset: number, status: 'done' | 'waiting' | 'failed'): void {
	state.unjudged.delete(index);
	setStatus(state, index, status);
	state.columns.offset[index] = offset;
}
