import {type BatchState, countOf, indexesOf} from './batch.ts';
import type {BatchEvent} from './batch-event.ts';
import {learnedLimit} from './guard.ts';
import {pay, payMaybe} from './pay.ts';
import {takenSince} from './reconcile.ts';
import {countFailed, renew, reopen, setStatus} from './set-status.ts';
import {type RunState, statusCode} from './state.ts';

/** How batches, guards and ceilings change the state. */
export function reduceBatch(state: RunState, event: BatchEvent): void {
	switch (event.type) {
		case 'shard-cut':
			cutShard(state, event);
			return;
		case 'direct-forced':
			state.forceDirect = event.isOn;
			return;
		case 'pass-judged':
			state.guard.badPasses = event.isBad ? state.guard.badPasses + 1 : 0;
			if (event.lane === 'direct') {
				state.guard.finished = 0;
				state.guard.passed = 0;
			}

			return;
		case 'guard-tripped':
			state.guard.tripped = event.reason;
			return;
		case 'limit-reached':
			state.limitReached = {limit: event.limit, value: event.value};
			return;
		case 'ceiling-raised':
			state.raisedCost = {over: event.over, costPico: event.costPico};
			state.limitReached = null;
			return;
		case 'requests-wiped':
			wipe(state, event);
			return;
		default: {
			// A line of a shard that is not known can only follow one that is damaged.
			const batch = state.batches.get(event.shard);
			if (batch) {
				changeBatch(state, batch, event);
			}
		}
	}
}

type ShardCut = Extract<BatchEvent, {type: 'shard-cut'}>;
type BatchChange = Exclude<Extract<BatchEvent, {shard: number}>, ShardCut>;

function cutShard(state: RunState, {type: _, at, ...cut}: ShardCut): void {
	for (const index of indexesOf(cut.indexes)) {
		setStatus(state, index, 'batched');
		state.waiting.delete(index);
		state.moved.delete(index);
	}

	state.finishedAt = null;
	state.lastShard = Math.max(state.lastShard, cut.shard);
	state.batches.set(cut.shard, {
		...cut,
		cutAt: at,
		step: 'cut',
		remaining: countOf(cut.indexes),
		openLines: cut.count,
		fileId: null,
		submittingAt: null,
		batchId: null,
		status: '',
		counts: {total: cut.count, completed: 0, failed: 0},
		submittedAt: null,
		expiresAt: null,
		progressAt: null,
		outputFileId: null,
		errorFileId: null,
		isCancelling: false,
		used: {input: 0, output: 0, pico: 0},
		trouble: null,
		rejection: null,
		isExcused: false,
		formerQueue: null,
	});
}

/** That it answers again after some failed polls is news, but nothing that the batch did. */
function isProgress({status, counts}: BatchState, now: Pick<BatchState, 'status' | 'counts'>): boolean {
	return (
		status !== now.status ||
		counts.total !== now.counts.total ||
		counts.completed !== now.counts.completed ||
		counts.failed !== now.counts.failed
	);
}

function changeBatch(state: RunState, batch: BatchState, event: BatchChange): void {
	const failed = event.type === 'batch-step-failed' ? event : null;
	batch.trouble = failed && {
		failure: failed.failure,
		times: (batch.trouble?.times ?? 0) + 1,
		retryAt: failed.retryAt,
	};
	switch (event.type) {
		case 'batch-step-failed':
			return;
		case 'batch-uploaded':
			batch.step = 'uploaded';
			batch.fileId = event.fileId;
			return;
		case 'batch-submitting':
			batch.step = 'submitting';
			batch.submittingAt = event.at;
			return;
		case 'batch-submitted':
			batch.step = 'submitted';
			batch.batchId = event.batchId;
			batch.status = event.status;
			batch.submittedAt = event.submittedAt;
			batch.expiresAt = event.expiresAt;
			batch.progressAt = event.at;
			batch.rejection = null;
			batch.isExcused = false;
			state.totals.batches.submitted++;
			takeSubmitted(state, batch, event.doubles?.length ?? 0);
			return;
		case 'batch-updated':
			batch.progressAt = isProgress(batch, event) ? event.at : batch.progressAt;
			batch.status = event.status;
			batch.counts = event.counts;
			batch.expiresAt = event.expiresAt;
			batch.outputFileId = event.outputFileId;
			batch.errorFileId = event.errorFileId;
			return;
		case 'batch-cancel-asked':
			batch.isUnwanted = true;
			batch.pullsTail = event.pullsTail;
			return;
		case 'batch-cancelling':
			batch.isCancelling = true;
			return;
		case 'batch-rejected':
			batch.step = 'rejected';
			batch.rejection = {failure: event.failure, lines: event.lines, tokenLimit: event.tokenLimit};
			return;
		case 'batch-collected':
			collect(state, batch, event);
			return;
		case 'shard-released':
			release(state, batch, event);
			return;
		case 'batch-cleaned':
			state.batches.delete(event.shard);
	}
}

function takeSubmitted(
	state: RunState,
	{queue: number, count, worstTokens, worstPico}: BatchState,
	doubles: number,
): void {
	const queue = state.queues[number];
	// The API took a batch with this key: the probe came through.
	if (queue?.access === 'probing') {
		queue.access = 'open';
		queue.failure = null;
	}

	if (doubles > 0) {
		payMaybe(state, {
			calls: doubles * count,
			tokens: doubles * worstTokens,
			pico: doubles * worstPico,
		});
	}
}

type Collected = Extract<BatchEvent, {type: 'batch-collected'}>;

function collect(state: RunState, batch: BatchState, event: Collected): void {
	batch.step = 'collected';
	batch.remaining = 0;
	state.totals.batches.collected++;
	// The program had leave to count its requests as failed.
	state.session.failedBatches += batch.rejection ? 1 : 0;
	const queue = state.queues[batch.queue];
	if (queue) {
		// Its tokens are free again.
		queue.submitAt = 0;
		queue.releases = {};
	}

	setAside(state, batch, event);
}

/** A person goes on: what the API refused may be tried again. */
export function excuseRejected({batches}: RunState): void {
	for (const batch of batches.values()) {
		batch.isExcused ||= batch.step === 'rejected';
	}
}

function setAside(state: RunState, {queue}: BatchState, {aside}: Collected): void {
	const {totals} = state;
	totals.aside.unknown += aside.unknown;
	totals.aside.duplicate += aside.duplicate;
	totals.aside.garbled += aside.garbled;
	totals.aside.orphans += aside.orphans;
	if (aside.orphans > 0) {
		pay(state, state.queues[queue] ?? null, 'batch', aside.orphanTokens, aside.orphanPico);
	}
}

function release(
	state: RunState,
	batch: BatchState,
	{at, reason, retryAt, maybeBilled}: Extract<BatchEvent, {type: 'shard-released'}>,
): void {
	const queue = state.queues[batch.queue];
	if (queue && reason === 'token-limit') {
		queue.enqueuedLimit = learnedLimit(state, batch);
	}

	// Several that are refused at once are one refusal.
	if (queue && (reason !== 'token-limit' || at >= queue.submitAt)) {
		queue.releases[reason] = (queue.releases[reason] ?? 0) + 1;
	}

	if (queue && retryAt !== null) {
		queue.submitAt = retryAt;
	}

	if (maybeBilled) {
		payMaybe(state, maybeBilled);
	}

	const taken = takenSince(batch, state.batches);
	for (const index of indexesOf(batch.indexes)) {
		if (index >= 0 && state.columns.status[index] === statusCode.batched && !taken.has(index)) {
			setStatus(state, index, 'queued');
			if (batch.pullsTail) {
				state.pulled.add(index);
			}
		}
	}

	// A person said to go on after it.
	state.session.failedBatches += reason === 'rejected' ? 1 : 0;
	batch.step = 'released';
	batch.remaining = 0;
}

function wipe(state: RunState, event: Extract<BatchEvent, {type: 'requests-wiped'}>): void {
	for (const index of indexesOf(event.indexes)) {
		renew(state, index);
	}

	countFailed(state, event, -1);
	if (event.what === 'unfinished') {
		// What went wrong was wiped with it.
		state.guard.tripped = null;
		state.guard.badPasses = 0;
	}

	reopen(state);
}
