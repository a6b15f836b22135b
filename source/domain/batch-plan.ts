import {type BatchState, isEnded, isRemote, type ReleaseReason} from './batch.ts';
import type {Halting} from './engine-status.ts';
import {isBatchHalted} from './plan.ts';
import {isUnseen} from './rejection.ts';
import type {RunSettings} from './settings.ts';
import type {QueueState, RunState} from './state.ts';

/**
 * An operation on one batch. `find`: nobody knows whether it was created, so the API is asked. `push`: uploads the
 * file unless it is there, and creates the batch.
 */
export type BatchWork = 'push' | 'find' | 'poll' | 'cancel' | 'collect' | 'clean-up';

export type DueBatch =
	| {readonly work: BatchWork; readonly batch: BatchState}
	| {readonly work: 'release'; readonly batch: BatchState; readonly reason: ReleaseReason};

export type BatchPlanInput = {
	readonly state: RunState;
	readonly settings: RunSettings;
	readonly status: Halting;
	readonly onlyProcess: boolean;
	/** Operations under way, by shard. */
	readonly running: ReadonlyMap<number, BatchWork>;
	/** Shards of which the API surely has no batch, although their step says that it may. */
	readonly absent: ReadonlySet<number>;
	/** Shards whose end a person asked for in this session, with that of all. */
	readonly unwanted: ReadonlySet<number>;
	/** When a batch is polled next. */
	readonly pollAt: (shard: number) => number;
};

export type BatchPlan = {
	readonly due: readonly DueBatch[];
	/** When to look again if nothing else happens before; null when only an event can change something. */
	readonly wakeAt: number | null;
};

type Next = Omit<DueBatch, 'batch'> | {readonly at: number} | null;

/** What to begin now, by shard. One upload and one collection at a time: each may fill the line and the processor. */
export function planBatches(input: BatchPlanInput, now: number): BatchPlan {
	const {state, running} = input;
	const begun = new Set(running.values());
	const due: DueBatch[] = [];
	let wakeAt = Number.POSITIVE_INFINITY;
	for (const batch of state.batches.values()) {
		const next = running.has(batch.shard) ? null : nextOf(batch, input, now);
		if (next === null) {
			continue;
		}

		if ('at' in next) {
			wakeAt = Math.min(wakeAt, next.at);
		} else if (next.work === 'release' || !(exclusive.has(next.work) && begun.has(next.work))) {
			due.push({...next, batch} as DueBatch);
			begun.add(next.work as BatchWork);
		}
	}

	return {due, wakeAt: Number.isFinite(wakeAt) ? wakeAt : null};
}

const exclusive: ReadonlySet<string> = new Set<BatchWork>(['push', 'collect']);

function nextOf(batch: BatchState, input: BatchPlanInput, now: number): Next {
	const {shard, step} = batch;
	const {absent} = input;
	switch (step) {
		case 'cut':
		case 'uploaded':
			return nextUnpushed(batch, input, now);
		case 'submitting':
			return absent.has(shard) ? nextUnpushed(batch, input, now) : unlessTroubled(batch, 'find', now);
		case 'submitted':
			if (isEnded(batch)) {
				return unlessTroubled(batch, 'collect', now);
			}

			if (!isWanted(batch, input) && !batch.isCancelling) {
				return unlessTroubled(batch, 'cancel', now);
			}

			return input.pollAt(shard) > now ? {at: input.pollAt(shard)} : unlessTroubled(batch, 'poll', now);
		case 'collected':
		case 'released':
			return unlessTroubled(batch, 'clean-up', now);
		case 'rejected':
			return isSoughtAgain(batch) ? unlessTroubled(batch, 'find', now) : null;
	}
}

/** False once a person asked for its end: of this one, which is on record, or of all in this session. */
export function isWanted(
	{shard, isUnwanted}: BatchState,
	{unwanted}: Pick<BatchPlanInput, 'unwanted'>,
): boolean {
	return !isUnwanted && !unwanted.has(shard);
}

/** A person went on after a batch that the key of then was shown nothing of: that of now may be. */
function isSoughtAgain(batch: BatchState): boolean {
	return batch.step === 'rejected' && batch.isExcused && isUnseen(batch);
}

function unlessTroubled({trouble}: BatchState, work: BatchWork, now: number): Next {
	return trouble !== null && trouble.retryAt > now ? {at: trouble.retryAt} : {work};
}

function nextUnpushed(batch: BatchState, input: BatchPlanInput, now: number): Next {
	const {state, settings} = input;
	const queue = state.queues[batch.queue];
	if (!isWanted(batch, input) || !queue) {
		return release(batch.isUnwanted ? 'cancelled' : 'wiped');
	}

	if (isDirectOnly(state, settings)) {
		return release('force-direct');
	}

	if (isOutgrown(batch, settings, queue)) {
		return release('resized');
	}

	if (!mayPush(batch, input) || !fitsRemote(batch, input)) {
		return null;
	}

	return queue.submitAt > now ? {at: queue.submitAt} : unlessTroubled(batch, 'push', now);
}

function release(reason: ReleaseReason): Next {
	return {work: 'release', reason} as Next;
}

function isDirectOnly(state: RunState, settings: Pick<RunSettings, 'mode'>): boolean {
	return state.forceDirect || settings.mode === 'direct';
}

/** Something may leave for the API now. */
export function mayPush(
	{queue}: Pick<BatchState, 'queue'>,
	{
		state,
		settings,
		status,
		onlyProcess,
	}: Pick<BatchPlanInput, 'state' | 'settings' | 'status' | 'onlyProcess'>,
): boolean {
	return (
		!isBatchHalted(state, status) &&
		!onlyProcess &&
		!isDirectOnly(state, settings) &&
		settings.remote.maxBatches > 0 &&
		state.queues[queue]?.access !== 'held'
	);
}

/** Whether the batch would keep all that is remote within its limits. One request alone may exceed sizes. */
function fitsRemote(batch: BatchState, input: BatchPlanInput): boolean {
	const {batches, queues} = input.state;
	const {remote} = input.settings;
	const {enqueuedLimit} = queues[batch.queue]!;
	let [others, requests, bytes, tokens, enqueued] = [0, batch.count, batch.bytes, batch.input, batch.input];
	let costPico = BigInt(batch.worstPico);
	for (const other of batches.values()) {
		if (mayBeRemote(other, input) && other !== batch) {
			others++;
			requests += other.count;
			bytes += other.bytes;
			tokens += other.input;
			enqueued += other.queue === batch.queue ? other.input : 0;
			costPico += BigInt(other.worstPico);
		}
	}

	const isAlone = batch.count === 1;
	return (
		others < remote.maxBatches &&
		((isAlone && others === 0) ||
			(requests <= remote.maxRequests && bytes <= remote.maxBytes && tokens <= remote.maxTokens)) &&
		(enqueuedLimit === null || enqueued <= enqueuedLimit || (isAlone && enqueued === batch.input)) &&
		(remote.maxCostPico === null || costPico <= remote.maxCostPico)
	);
}

/** Two that are surely not at the API must not keep each other from it. */
function mayBeRemote(batch: BatchState, {absent}: BatchPlanInput): boolean {
	return isRemote(batch) && !absent.has(batch.shard);
}

/** Limits that were lowered, or learned, since the cut: it would never be submitted, and is cut anew. */
function isOutgrown(batch: BatchState, {remote}: RunSettings, {enqueuedLimit}: QueueState): boolean {
	const {count, bytes, input, worstPico} = batch;
	return (
		(count > 1 &&
			(count > remote.maxRequests ||
				bytes > remote.maxBytes ||
				input > remote.maxTokens ||
				(enqueuedLimit !== null && input > enqueuedLimit))) ||
		(remote.maxCostPico !== null && BigInt(worstPico) > remote.maxCostPico)
	);
}

/** Clean-ups that failed this often are left to the next start, which finds leftovers by name. */
const enoughCleanUps = 5;

/** The batch goes on by itself: neither a person nor another session has to do something first. */
export function goesOn(batch: BatchState, input: BatchPlanInput): boolean {
	const {state, absent} = input;
	const {shard, step, trouble} = batch;
	const queue = state.queues[batch.queue];
	const isRefused =
		(!queue || queue.access === 'held') &&
		(trouble?.failure.kind === 'auth' || trouble?.failure.kind === 'quota');
	switch (step) {
		case 'rejected':
			return isSoughtAgain(batch) && !isRefused;
		case 'submitted':
			return !isRefused;
		case 'collected':
		case 'released':
			return !isRefused && (trouble?.times ?? 0) < enoughCleanUps;
		case 'submitting':
			return absent.has(shard) ? unpushedGoesOn(batch, input) : !isRefused;
		case 'cut':
		case 'uploaded':
			return unpushedGoesOn(batch, input);
	}
}

function unpushedGoesOn(batch: BatchState, input: BatchPlanInput): boolean {
	const {state, settings} = input;
	if (!state.queues[batch.queue] || isDirectOnly(state, settings) || !isWanted(batch, input)) {
		return true;
	}

	return (
		mayPush(batch, input) &&
		(fitsRemote(batch, input) ||
			[...state.batches.values()].some(other => mayBeRemote(other, input) && goesOn(other, input)))
	);
}
