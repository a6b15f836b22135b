import {type BatchState, isEnded, isRemote, isUnpushed} from '../domain/batch.ts';
import {
	type BatchPlanInput,
	type BatchWork,
	type DueBatch,
	goesOn,
	isWanted,
	mayPush,
	planBatches,
} from '../domain/batch-plan.ts';
import type {LimitName} from '../domain/limit.ts';
import type {BatchLaneOptions} from './batch-lane-options.ts';
import {cancelBatch} from './cancel-batch.ts';
import {cleanUpBatch, findLeftovers} from './clean-up.ts';
import {collectBatch} from './collect-batch.ts';
import {type CutChoice, createCutChooser} from './cut-choice.ts';
import {isDiskError} from './cut-shard.ts';
import {createCutter} from './cutter.ts';
import {failStep} from './fail-step.ts';
import {findBatch} from './find-batch.ts';
import {firstPoll, type Poll, pollBatch} from './poll-batch.ts';
import {settleRejected} from './settle-rejected.ts';
import {pushBatch} from './submit-batch.ts';

/**
 * Everything about batches that takes time: each turn it looks at what the state says is due (domain/batch-plan.ts),
 * begins it, and puts on record what came of it.
 */
export type BatchLane = {
	/** Begins what is due; returns when to look again, null when only an event can change something. */
	turn(now: number): number | null;
	/**
	 * Operations are under way: the session must not end before they have. One that `isAborting` waits for no more
	 * than a call that may create a batch: others may hang for a minute, and can be done again.
	 */
	isBusy(isAborting: boolean): boolean;
	/** Something goes on by itself: a batch is at the API, or an operation is under way or due. */
	isWaiting(): boolean;
	/** The ceiling that keeps the next shard from being cut. */
	limit(): LimitName | null;
	/** Asks for the end of every batch at the API. */
	cancelAll(): void;
	/** Breaks off what can be done again: cuts, uploads, downloads. Calls that create a batch are awaited. */
	stop(): void;
};

export function createBatchLane(options: BatchLaneOptions): BatchLane {
	const lane = options;
	const {state, settings, clock, status, onlyProcess} = lane;
	const running = new Map<number, Running>();
	const aside = new Map<'cut' | 'leftovers', AbortController>();
	const absent = new Set<number>();
	const unwanted = new Set<number>();
	const polls = new Map<number, Poll>();
	const chooseCut = createCutChooser(lane);
	const cutter = createCutter(lane, absent);
	let hasEarlier = state.lastShard > 0;
	let cut: CutChoice = noCut;
	let isFailing = false;

	function planInput(): BatchPlanInput {
		return {
			state,
			settings,
			status: status(),
			onlyProcess,
			running: new Map([...running].map(([shard, {work}]) => [shard, work])),
			absent,
			unwanted,
			pollAt: shard => polls.get(shard)?.at ?? 0,
		};
	}

	function turn(now: number): number | null {
		cut = noCut;
		if (status().draining || aside.has('leftovers')) {
			return null;
		}

		for (const [shard, {work, controller}] of running) {
			if (work === 'push' && state.batches.get(shard)?.isUnwanted) {
				controller.abort();
			}
		}

		// One after the other: whether a batch may fail as a whole hangs on how many have.
		isFailing = [...state.batches.values()].some(
			batch => batch.step === 'rejected' && settleRejected(batch, lane, isWanted(batch, {unwanted})),
		);

		const {due, wakeAt} = planBatches(planInput(), now);
		cut = aside.has('cut') || cutter.restsUntil(now) !== null ? noCut : chooseCut(now);
		if (hasEarlier && (due.length > 0 || cut.queue !== null)) {
			hasEarlier = false;
			beginAside('leftovers', async signal => findLeftovers(lane, signal));
			return null;
		}

		for (const next of due) {
			begin(next, now);
		}

		if (cut.queue !== null) {
			beginAside('cut', async signal => cutter.cut(cut.queue!, signal));
		}

		return earliest(wakeAt, cut.wakeAt, cutter.restsUntil(now));
	}

	function begin(next: DueBatch, now: number): void {
		const {batch, work} = next;
		if (work === 'release') {
			lane.record({type: 'shard-released', at: now, shard: batch.shard, reason: next.reason, retryAt: null});
			return;
		}

		const controller = new AbortController();
		running.set(batch.shard, {work, controller});
		perform(work, batch, controller.signal)
			.catch(error => takeError(error, batch))
			.finally(() => {
				running.delete(batch.shard);
				lane.askForTurn();
			});
	}

	/** A disk that is full may have room later: what was read is at the API still. */
	function takeError(error: unknown, batch: BatchState): void {
		if (isDiskError(error)) {
			const failure = {kind: 'task', status: null, code: null, message: error.message} as const;
			failStep(batch, {failure, retryHintMs: null}, lane);
		} else {
			lane.onBug(error);
		}
	}

	function beginAside(name: 'cut' | 'leftovers', work: (signal: AbortSignal) => Promise<void>): void {
		const controller = new AbortController();
		aside.set(name, controller);
		work(controller.signal)
			.catch(lane.onBug)
			.finally(() => {
				aside.delete(name);
				lane.askForTurn();
			});
	}

	async function perform(work: BatchWork, batch: BatchState, signal: AbortSignal): Promise<void> {
		const {shard} = batch;
		switch (work) {
			case 'push': {
				const mayGoOn = () => mayPush(batch, planInput()) && isWanted(batch, {unwanted});
				await pushBatch(batch, {lane, absent, mayGoOn, signal});
				// What is found instead of created may be far: it is looked at once.
				polls.set(shard, firstPoll(clock.now(), settings.batch.pollMs));
				return;
			}

			case 'find':
				if ((await findBatch(batch, lane, signal)) === 'absent') {
					absent.add(shard);
				}

				polls.delete(shard);
				return;
			case 'poll': {
				const poll = polls.get(shard) ?? firstPoll(clock.now(), settings.batch.pollMs);
				polls.set(shard, poll);
				return pollBatch(batch, poll, lane);
			}

			case 'cancel':
				await cancelBatch(batch, lane);
				polls.delete(shard);
				return;
			case 'collect':
				return collectBatch(batch, lane, signal);
			case 'clean-up':
				return cleanUpBatch(batch, lane, signal);
		}
	}

	/** Pushes and cuts end early: what they would do is not wanted any more. */
	function breakOff(): void {
		aside.get('cut')?.abort();
		for (const {work, controller} of running.values()) {
			if (work === 'push') {
				controller.abort();
			}
		}
	}

	return {
		turn,
		isBusy: isAborting =>
			isAborting
				? [...running.values()].some(({work}) => work === 'push')
				: running.size > 0 || aside.size > 0,
		isWaiting() {
			const input = planInput();
			return (
				running.size > 0 ||
				aside.size > 0 ||
				isFailing ||
				cut.wakeAt !== null ||
				cutter.restsUntil(clock.now()) !== null ||
				[...state.batches.values()].some(batch => goesOn(batch, input))
			);
		},
		limit: () => cut.limit,
		cancelAll() {
			for (const batch of state.batches.values()) {
				if (isUnpushed(batch) || batch.step === 'rejected' || (isRemote(batch) && !isEnded(batch))) {
					unwanted.add(batch.shard);
				}
			}

			breakOff();
			lane.askForTurn();
		},
		stop() {
			for (const controller of aside.values()) {
				controller.abort();
			}

			for (const {controller} of running.values()) {
				controller.abort();
			}
		},
	};
}

type Running = {readonly work: BatchWork; readonly controller: AbortController};

const noCut: CutChoice = {queue: null, wakeAt: null, limit: null};

function earliest(...times: readonly (number | null)[]): number | null {
	const known = times.filter(time => time !== null);
	return known.length === 0 ? null : Math.min(...known);
}
